"""GetLogDeliveryConfiguration, SetLogDeliveryConfiguration."""
