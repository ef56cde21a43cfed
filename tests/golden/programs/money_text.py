#= str $1,234.50
total = 1234.5
ans = f"${total:,.2f}"
