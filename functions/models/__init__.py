"""What goes over the wire: the models that validate requests and describe answers, in the API's own words."""
