"""How dates are written, where this site does so in other words than Django: by language, and by country."""
