#= str no name 0 5
name = '' or 'no name'
ans = f"{name} {0 and 5} {3 and 5}"
