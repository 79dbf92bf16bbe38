"""The archive and its operations: what the library, the commands, the exporters and the importers stand on."""
