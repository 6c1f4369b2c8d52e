import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/hazards', name: 'hazards', component: () => import('./pages/HazardsPage.vue'), meta: { title: 'hazard.title', action: 'hazard.ledger.list', menu: { group: 'hazard', order: 10 } } },
  { path: '/hazard-campaigns', name: 'hazard-campaigns', component: () => import('./pages/CampaignsPage.vue'), meta: { title: 'hazard.tags.statistics', action: 'hazard.ledger.list', menu: { group: 'hazard', order: 18 } } },
  { path: '/hazards/:id(\\d+)', name: 'hazard', component: () => import('./pages/HazardPage.vue'), meta: { title: 'hazard.detail', action: 'hazard.ledger.list', parent: 'hazards' } },
]
