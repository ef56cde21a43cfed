#= float 68.0
price = 80
discount = 15 / 100
ans = price - price * discount
