"""Bytes on disk: documents, transactions, the index, exports."""
