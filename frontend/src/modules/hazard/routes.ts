import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/hazards', name: 'hazards', component: () => import('./pages/HazardsPage.vue'), meta: { title: 'hazard.title', action: 'hazard.ledger.list', menu: { group: 'hazard', order: 10 } } },
  { path: '/hazard-campaigns', name: 'hazard-campaigns', component: () => import('./pages/CampaignsPage.vue'), meta: { title: 'hazard.tags.statistics', action: 'hazard.ledger.list', menu: { group: 'hazard', order: 18 } } },
  { path: '/hazards/majors', name: 'major-hazards', component: () => import('./pages/MajorsPage.vue'), meta: { title: 'hazard.major.title', action: 'hazard.major.list', menu: { group: 'hazard', order: 12 } } },
  { path: '/hazards/majors/:id(\\d+)', name: 'major-hazard', component: () => import('./pages/MajorPage.vue'), meta: { title: 'hazard.major.detail', action: 'hazard.major.list', parent: 'major-hazards' } },
  { path: '/hazards/direct', name: 'direct-reports', component: () => import('./pages/DirectPage.vue'), meta: { title: 'hazard.major.directTitle', action: 'hazard.direct.read', menu: { group: 'hazard', order: 14 } } },
  { path: '/hazards/:id(\\d+)', name: 'hazard', component: () => import('./pages/HazardPage.vue'), meta: { title: 'hazard.detail', action: 'hazard.ledger.list', parent: 'hazards' } },
  { path: '/hazard-posters', name: 'hazard-posters', component: () => import('./pages/PostersPage.vue'), meta: { title: 'hazard.poster.title', action: 'hazard.poster.read', menu: { group: 'hazard', order: 40, kinds: ['company', 'service'] } } },
  { path: '/hazard-waiting', name: 'hazard-waiting', component: () => import('./pages/WaitingPage.vue'), meta: { title: 'hazard.outside.waiting', action: 'hazard.outside.grid', menu: { group: 'hazard', order: 45 } } },
]
