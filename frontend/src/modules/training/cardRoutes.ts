import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/training/cards', name: 'education-cards', component: () => import('./pages/CardsPage.vue'), meta: { title: 'trainingCard.cards', action: 'training.card.list', menu: { group: 'training', order: 60 } } },
  { path: '/training/cards/:id(\\d+)', name: 'education-card', component: () => import('./pages/CardPage.vue'), meta: { title: 'trainingCard.cards', action: 'training.card.list' } },
  { path: '/training/newcomers', name: 'newcomers', component: () => import('./pages/NewcomersPage.vue'), meta: { title: 'trainingCard.newcomers', action: 'training.newcomer.list', menu: { group: 'training', order: 62 } } },
  { path: '/training/files', name: 'training-files', component: () => import('./pages/FilesPage.vue'), meta: { title: 'trainingCard.files', action: 'training.file.list', menu: { group: 'training', order: 64 } } },
  { path: '/training/files/:id(\\d+)', name: 'training-file', component: () => import('./pages/FilePage.vue'), meta: { title: 'trainingCard.file', action: 'training.file.list' } },
]

/** Pages without a session. */
export const publicRoutes: RouteRecordRaw[] = []
