"""What the charts share: buckets, the days before, names, labels of axes, tables. Pure."""
