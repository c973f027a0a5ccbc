%matplotlib inline
%pip install -q "requests[socks]>=2" 'rich' --index-url=https://e.example/simple  # why
!python -m pip install -r requirements.txt && pip install six \
    flask==3.0
import numpy as np
files = !ls *.py
for name in files:
    !pip install {name} 2>&1 > /dev/null
    import pandas
np.array?
uv pip install attrs
x = f(a,
  b % c)
