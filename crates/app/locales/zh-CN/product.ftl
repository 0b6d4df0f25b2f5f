event-product-filed = 新增型号 {$model}
