"""What comes back: presses of buttons and slash commands, and the answers to them."""
