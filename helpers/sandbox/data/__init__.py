"""What generate.py makes, and resources.txt."""
