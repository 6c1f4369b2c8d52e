import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/features', name: 'features', component: () => import('./pages/FeaturesPage.vue'), meta: { title: 'feature.title', action: 'feature.profile.see', menu: { group: 'platform', order: 50 } } },
  { path: '/features/history', name: 'feature-history', component: () => import('./pages/HistoryPage.vue'), meta: { title: 'feature.history', action: 'feature.profile.see', parent: 'features' } },
]
