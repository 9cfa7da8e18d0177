"""DescribeRiskConfiguration, SetRiskConfiguration."""
