"""What an archive holds, as frozen, typed values: no bytes, no disk, no terminal."""
