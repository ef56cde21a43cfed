#= error KeyError
ages = {'Ann': 3}
ans = ages['Bob']
