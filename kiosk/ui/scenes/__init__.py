"""What each screen shows: layout filled with words and pictures, one module per screen."""
