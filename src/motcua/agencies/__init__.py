"""State bodies: province, departments, communes, their centres and offices, each dated, each with
its working hours. Sub-codes under `H37` are illustrative until the province publishes its list."""
