#= error ZeroDivisionError
people = 0
ans = 12 / people
