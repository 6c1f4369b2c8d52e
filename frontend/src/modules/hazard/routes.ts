import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/hazards', name: 'hazards', component: () => import('./pages/HazardsPage.vue'), meta: { title: 'hazard.title', action: 'hazard.ledger.list', menu: { group: 'hazard', order: 10 } } },
  { path: '/hazards/:id(\\d+)', name: 'hazard', component: () => import('./pages/HazardPage.vue'), meta: { title: 'hazard.detail', action: 'hazard.ledger.list', parent: 'hazards' } },
  { path: '/hazard-posters', name: 'hazard-posters', component: () => import('./pages/PostersPage.vue'), meta: { title: 'hazard.poster.title', action: 'hazard.poster.read', menu: { group: 'hazard', order: 40, kinds: ['company', 'service'] } } },
  { path: '/hazard-waiting', name: 'hazard-waiting', component: () => import('./pages/WaitingPage.vue'), meta: { title: 'hazard.outside.waiting', action: 'hazard.outside.grid', menu: { group: 'hazard', order: 45 } } },
]
