"""What the workspaces show: the page of each, with its tool strip and what stands under the canvas."""
