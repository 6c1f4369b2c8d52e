import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/rewards', name: 'rewards', component: () => import('./pages/RewardsPage.vue'), meta: { title: 'reward.title', action: 'reward.record.list', menu: { group: 'hazard', order: 50 } } },
  { path: '/reward-lists', name: 'reward-lists', component: () => import('./pages/ListsPage.vue'), meta: { title: 'reward.lists', action: 'reward.list.read', menu: { group: 'hazard', order: 52 } } },
  { path: '/reward-rule', name: 'reward-rule', component: () => import('./pages/RulePage.vue'), meta: { title: 'reward.rule', action: 'reward.rule.read', menu: { group: 'hazard', order: 54 } } },
]
