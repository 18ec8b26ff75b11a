"""The stage: what the audience sees, and the speaker's keys."""
