event-product-filed = filed the model {$model}
