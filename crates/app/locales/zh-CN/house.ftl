brand = 包修
the-house = 系统
to-workbench = 回工作台
day-today = 今天
day-tomorrow = 明天
day-yesterday = 昨天
weekday-mon = 周一
weekday-tue = 周二
weekday-wed = 周三
weekday-thu = 周四
weekday-fri = 周五
weekday-sat = 周六
weekday-sun = 周日
left-minutes = 剩 {$count} 分
left-hours = 剩 {$count} 小时
left-days = 剩 {$count} 天
late-minutes = 超 {$count} 分
late-hours = 超 {$count} 小时
late-days = 超 {$count} 天
refusal-not_found = 没有找到，或不在您的范围内
refusal-not_allowed = 您没有这项权限
refusal-stale = 刚才有人改过，请刷新后再试
refusal-stale_version = 您看的是旧版本，请刷新后再改
refusal-invalid = 填写的内容有误
refusal-unknown = 请先登录
refusal-cross_origin = 请求来自别的网站，已拒绝
refusal-too_many = 请求太频繁，请 {$seconds} 秒后再试
refusal-not_json = 内容不是有效的 JSON（第 {$line} 行第 {$column} 列）
refusal-media_type = 请用 application/json 发送
refusal-too_large = 内容太大
refusal-bad_query = 网址里的查询条件读不懂
refusal-unreadable = 读不懂发来的内容
refusal-method_not_allowed = 这个地址不接受这种请求
refusal-busy = 现在太忙，请几秒后再试
refusal-timeout = 处理超时，请稍后再试
refusal-unavailable = 系统暂时不可用，请稍后再试
refusal-fault = 系统出错了
refusal-fault-detail = 系统出错了，没有保存。请把编号 {$number} 告诉管理员
refusal-idempotency-other_body = 这个 Idempotency-Key 已用于另一份内容
refusal-idempotency-bad_key = Idempotency-Key 要有 1 到 200 个字符
refusal-database-away = 数据库现在打不开或写不进（被占用、磁盘已满、只读或已断开），请稍后再试；原因见日志
refusal-database-newer = 数据库由更新的版本建立（{$migration}），请升级程序
wrong-missing = 必填
wrong-unknown_code = “{$value}”不在可选范围内
wrong-unknown = 没有找到
wrong-type = { $want ->
    [text] 这里要写文字，加引号
    [number] 这里要写数字，不加引号
    [truth] 这里只能写 true 或 false
    [list] 这里要写一个列表
    [fields] 这里要写一组字段
    *[other] 类型不对
}
wrong-range = 要在 {$min} 到 {$max} 之间
wrong-too_long = 最多 {$most} 个字
wrong-too_short = 至少 {$least} 个字
wrong-day = 日期要写成 2026-11-22 这样
wrong-day-future = 日期不能晚于今天
wrong-day-too_old = 日期太早，请检查年份
wrong-time = 时间要写成 2026-11-22T14:00 这样
wrong-number = 请填数字
wrong-whole_number = 要填整数
wrong-decimals = 最多三位小数
wrong-positive = 要大于零
wrong-negative = 不能小于零
wrong-too_much = 数额太大，请检查
wrong-sort = 不能按这个排序，可以用 { $known }；前面加“-”为倒序
wrong-cursor = 翻页位置无效，请从第一页开始
wrong-yes_or_no = 请填 true 或 false
wrong-place = 经纬度不对
wrong-day-before_sold = 不能早于销售日
wrong-day-before_delivered = 不能早于交付日
wrong-day-before_installed = 不能早于安装完成日
