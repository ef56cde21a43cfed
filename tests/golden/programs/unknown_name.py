#= error NameError
total = 3 + cost
ans = total
