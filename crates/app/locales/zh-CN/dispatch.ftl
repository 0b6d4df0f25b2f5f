why-full = 这几天没有空档
why-knows-device = 来过这台设备
why-jobs = 当天已有 {$count} 单
