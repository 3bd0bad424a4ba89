"""What happens when a user acts: one small class a concern, wired together by the window."""
