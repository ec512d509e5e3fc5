"""What all rooms agree on: surveys, sheets, periods, topics and messages. No I/O."""
