"""Makes pip, uv, venv and virtualenv fail for real, and writes down what they print."""
