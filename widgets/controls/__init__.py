"""Small controls: buttons, tabs, chips, sliders, the step scrubber, the command palette."""
