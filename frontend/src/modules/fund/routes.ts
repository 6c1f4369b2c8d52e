import type { RouteRecordRaw } from 'vue-router'

const own = ['company', 'service'] as const

export const routes: RouteRecordRaw[] = [
  { path: '/fund', name: 'fund', component: () => import('./pages/LedgerPage.vue'), meta: { title: 'fund.ledger', action: 'fund.ledger.read', menu: { group: 'fund', order: 10, kinds: own } } },
  { path: '/fund/expenses', name: 'fund-expenses', component: () => import('./pages/ExpensesPage.vue'), meta: { title: 'fundExpense.title', action: 'fund.expense.list', menu: { group: 'fund', order: 20 } } },
  { path: '/fund/expenses/:id', name: 'fund-expense', component: () => import('./pages/ExpensePage.vue'), meta: { title: 'fundExpense.one', action: 'fund.expense.list', parent: 'fund-expenses' } },
  { path: '/fund/plan', name: 'fund-plan', component: () => import('./pages/PlanPage.vue'), meta: { title: 'fundExpense.plan', action: 'fund.plan.read', menu: { group: 'fund', order: 30, kinds: own } } },
  { path: '/fund/statement', name: 'fund-statement', component: () => import('./pages/StatementPage.vue'), meta: { title: 'fundReport.title', action: 'fund.statement.read', menu: { group: 'fund', order: 40, kinds: own } } },
  { path: '/fund/entries', name: 'fund-entries', component: () => import('./pages/EntriesPage.vue'), meta: { title: 'fund.entries', action: 'fund.entry.list', parent: 'fund' } },
  { path: '/fund/setup', name: 'fund-setup', component: () => import('./pages/SetupPage.vue'), meta: { title: 'fund.setup', action: 'fund.ledger.read', parent: 'fund' } },
  { path: '/fund/calculator', name: 'fund-calculator', component: () => import('./pages/CalculatorPage.vue'), meta: { title: 'fundRule.calculator', action: 'fund.rule.read', menu: { group: 'fund', order: 60 } } },
  { path: '/fund/rules', name: 'fund-rules', component: () => import('./pages/RulesPage.vue'), meta: { title: 'fundRule.title', action: 'fund.rule.read', menu: { group: 'fund', order: 70 } } },
  { path: '/fund/rules/:version', name: 'fund-rule', component: () => import('./pages/RulePage.vue'), meta: { title: 'fundRule.one', action: 'fund.rule.read', parent: 'fund-rules' } },
  { path: '/fund/area', name: 'fund-area', component: () => import('./pages/AreaPage.vue'), meta: { title: 'fundReport.area', action: 'fund.area.read', menu: { group: 'fund', order: 5, kinds: ['regulator'] } } },
]
