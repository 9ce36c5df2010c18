"""The main job on one machine: a tenant is watched, attacked, and defended, over HTTP throughout."""
