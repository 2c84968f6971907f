"""What the tests of the virtual board work with: the board, the mechanism behind its lines, and the lock on it."""
