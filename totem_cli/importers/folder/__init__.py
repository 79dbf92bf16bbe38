"""Folders of text files as site generators and note-taking programs have them, as records of the model."""
