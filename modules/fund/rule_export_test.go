package fund

// RulesNow are the versions that months are reckoned by.
var RulesNow = rulesNow
