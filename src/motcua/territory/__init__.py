"""Places: provinces and communes, each dated. `Unit` is one unit over one range of days."""
