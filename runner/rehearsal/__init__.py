"""The unattended performance: its environment, what it prints, how it is summed up."""
