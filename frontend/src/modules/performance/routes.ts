import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/performance', name: 'performance', component: () => import('./pages/OverviewPage.vue'), meta: { title: 'performance.title', action: 'performance.score.list', menu: { group: 'staff', order: 60 } } },
  { path: '/performance/assessments/:id(\\d+)', name: 'performance.assessment', component: () => import('./pages/AssessmentPage.vue'), meta: { title: 'performance.assessment', action: 'performance.mine.read', parent: 'performance' } },
  { path: '/performance/tasks', name: 'performance.tasks', component: () => import('./pages/DutyTasksPage.vue'), meta: { title: 'performance.tasks', action: 'performance.task.list', menu: { group: 'staff', order: 62 } } },
  { path: '/performance/tasks/:id(\\d+)', name: 'performance.task', component: () => import('./pages/DutyTaskPage.vue'), meta: { title: 'performance.task', action: 'performance.mine.read', parent: 'performance.tasks' } },
  { path: '/performance/rewards', name: 'performance.rewards', component: () => import('./pages/RewardsPage.vue'), meta: { title: 'performance.rewards', action: 'performance.reward.list', menu: { group: 'staff', order: 64 } } },
  { path: '/performance/figures', name: 'performance.figures', component: () => import('./pages/FiguresPage.vue'), meta: { title: 'performance.figures', action: 'performance.figure.list', menu: { group: 'oversight', order: 60, kinds: ['regulator'] } } },
]
