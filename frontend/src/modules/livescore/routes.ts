import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/live-score', name: 'live-score', component: () => import('./pages/LiveScorePage.vue'), meta: { title: 'livescore.title', action: 'livescore.score.read', menu: { group: 'standardization', order: 10, kinds: ['company', 'service'] } } },
]
