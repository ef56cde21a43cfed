#= str True False True
ans = f"{2**53 + 1 > float(2**53)} {2**53 + 1 == float(2**53 + 1)} {10**23 != 1e23}"
