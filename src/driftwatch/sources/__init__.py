"""What can stand on either side of a comparison."""
