"""Where the facts come from: each probe looks at one thing, changes nothing that lasts, and judges nothing."""
