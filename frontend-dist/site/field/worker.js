// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/field/manifest.webmanifest","/field/icon-192.png","/assets/ActivatePage-Dq630kLl.js","/assets/ActivatePage-dWELifoE.css","/assets/BeforeAfter-D5berNCJ.js","/assets/BeforeAfter-WudP9clS.css","/assets/CertificateCard-Cf1cU_fk.js","/assets/CheckPage-BbGjd4G9.js","/assets/CheckPage-T0hS-mho.css","/assets/DeedPage-CPQkBRqE.js","/assets/DeedPage-Cf9fLfDt.css","/assets/DutiesPage-BaweB5L5.css","/assets/DutiesPage-CSAdLlWo.js","/assets/DutyPage-CCR9sjGE.js","/assets/DutyPage-CPyhnxGl.css","/assets/DutyTasksPage-CNxVRe3E.js","/assets/DutyTasksPage-CauDdXjf.css","/assets/EvaluatePage-Bb-V9rKz.css","/assets/EvaluatePage-DbivtBLq.js","/assets/EvaluationsPage-B25NDF-4.css","/assets/EvaluationsPage-D8K5eqA0.js","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-CB7hIJVp.js","/assets/HazardPage-7TIycHLq.css","/assets/HazardPage-CaK2FJnt.js","/assets/InboxPage-D3mOfCsA.css","/assets/InboxPage-RXUQ04bY.js","/assets/InstallCard-C26uzFLm.js","/assets/InstallCard-i_MV-_vK.css","/assets/LanguageBar-6ypeqe_R.js","/assets/LanguageBar-BeDA-F20.css","/assets/LetterPage-C6O4-3NF.css","/assets/LetterPage-xQFVcYLT.js","/assets/LetterPaper-Beb4COb2.css","/assets/LetterPaper-DOXZ4ZGf.js","/assets/LettersPage-DOrP2DE2.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CgdoyROy.css","/assets/LevelTag-Cs5rd4FA.js","/assets/LinkPage-Bm4ke3jH.js","/assets/LinkPage-ChGwUM52.css","/assets/LoadedPage-C-7J1Oap.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoginPage-B5ZGo159.css","/assets/LoginPage-DLnV6b6H.js","/assets/MainTabs-BZwuK1RV.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-8Hp_pbFo.js","/assets/MePage-Bd7hdKsS.css","/assets/OutsidePage-2QERmvT4.js","/assets/OutsidePage-CZ3IPf7I.css","/assets/PageFrame-3Y8oZ5_F.js","/assets/PageFrame-D77oN2H3.css","/assets/ParcelCard-BeqcQCQp.css","/assets/ParcelCard-CdOinlhW.js","/assets/ParcelEnd-1zSotMcD.css","/assets/ParcelEnd-Bc7m7iUx.js","/assets/PermitCard-Bb4494wD.js","/assets/PermitCard-Cru_2OQM.css","/assets/PermitNewPage-ChVlCsnY.css","/assets/PermitNewPage-QG_Nv5Cj.js","/assets/PermitPage-BVrx_KiO.js","/assets/PermitPage-k3LyoWXg.css","/assets/PermitsPage-D7cm1_fs.css","/assets/PermitsPage-DZVwfS3Z.js","/assets/PhotoPick-DMfnv5pR.js","/assets/PhotoPick-YD_0hyDr.css","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-Bsit3iLF.js","/assets/PhraseChips-COnHmVJy.js","/assets/PhraseChips-DkWAZchv.css","/assets/PostersPage-0lAn2lEs.js","/assets/PostersPage-BNytZN6n.css","/assets/ProblemNote-CSRBPfVz.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-DGQPSazp.css","/assets/QueuePage-DgiS6UuG.js","/assets/ReportPage-BwyhDFZP.js","/assets/ReportPage-C_MWDsZx.css","/assets/RewardsPage-BCWHVINB.css","/assets/RewardsPage-BpiHVT1a.js","/assets/ScanPage-BQF1cvZ1.js","/assets/ScanPage-BRGh214e.css","/assets/ScorePage-D7u3StAg.css","/assets/ScorePage-g9Yhey1a.js","/assets/ScoresPage-DG1Kv5Dn.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/SetUpPage-DnhU8PuB.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-Cj__Y-TW.js","/assets/SignSheet-DZ8chMuR.css","/assets/SignaturePad-BsHaKBIl.css","/assets/SignaturePad-C0942ir5.js","/assets/SnapPage-Cp5ZDN_O.js","/assets/TodayPage-CU9VG3N2.js","/assets/TodayPage-DoTkxoJd.css","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/accident-Fp_h5ZZU.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-BAKK9f_k.js","/assets/award-DjDDik5Y.js","/assets/certificate-BtSOoymT.js","/assets/check-BD1DIhH7.js","/assets/checkbox-Dm__LFta.css","/assets/checkbox-QHYz_jKF.js","/assets/checklist-yvVJ6pm2.js","/assets/company-CWinDxta.js","/assets/contractor-BFzWXG74.js","/assets/deadline-vmF--k1S.js","/assets/due-DYk22sR9.js","/assets/duty-XWmuf_J8.js","/assets/emergency-DjosCm-3.js","/assets/enrolment-CTBBUlLO.js","/assets/equipment-CcUIm_BK.js","/assets/evaluation-CQCVhecn.js","/assets/evidence-CQD1pIPY.js","/assets/fault-BqtPmpy2.js","/assets/field-BCMy1Fw0.css","/assets/field-DbbIMh_n.js","/assets/field-Dv3yGryW.js","/assets/fieldPermit-DbIoRxUd.js","/assets/font-49908267.woff2","/assets/format-DIoFxPJK.js","/assets/function-call-9TMWFWCI.js","/assets/function-call-We61BXaS.js","/assets/grading-CKohnxry.js","/assets/hash-C9q1SgCD.js","/assets/hazard-CiZziiNF.js","/assets/home-DlL89vWc.js","/assets/import-paf3kKEW.js","/assets/inspection-nRZV-HWT.js","/assets/interceptor-DXuoDcgp.js","/assets/letter-DNi7XhuW.js","/assets/list-CoFTsozP.js","/assets/listing-ESjMg3bX.js","/assets/livescore-CuhVbA5u.js","/assets/meeting-CrzcN00i.js","/assets/notice-Dr7yp805.js","/assets/on-popup-reopen-Btw_MtbW.js","/assets/oversight-C2KavrUc.js","/assets/parts-C8dJo5Gm.js","/assets/people-Cwe3FnkA.js","/assets/performance-DmxhvOun.js","/assets/permit-DY5daryX.js","/assets/permitServer-BtHVsF06.js","/assets/popup-1Yoxci-S.js","/assets/proof-DagD9yxx.js","/assets/protection-D2k32j_B.js","/assets/queue-BUpOJL3D.js","/assets/register-CTlFiWDE.js","/assets/reportItem-Ee3Z4wMP.js","/assets/responsibility-aHlz8XTB.js","/assets/reward-79pB2q2o.js","/assets/risk-CmgvaaJN.js","/assets/role-4qmkRGEc.js","/assets/rubric-CBQDREuD.js","/assets/say-5xtpdjYt.js","/assets/selfreport-CMzqA-dv.js","/assets/shell-gk1As1hy.js","/assets/signature-C5VctnTP.js","/assets/staff-C_3oTwEG.js","/assets/standardization-5aIp6JOE.js","/assets/style-B1P9BOzX.js","/assets/style-BAMgkR-6.js","/assets/style-BKC72xPJ.css","/assets/style-BTxaW5oo.css","/assets/style-BWHdSyi7.js","/assets/style-Bjr-1vAo.css","/assets/style-Bsn4ZUmo.css","/assets/style-Bsp-knLV.css","/assets/style-CXFtfbC1.js","/assets/style-D4vPvTRK.css","/assets/style-DDQWl3LN.js","/assets/style-DDxsF-63.js","/assets/style-DXM0mgc9.js","/assets/style-DYq5H1k4.js","/assets/style-DnYcvOhI.css","/assets/style-DtgjzKwL.js","/assets/tag-CbBQTtH-.js","/assets/transfer-DFaZ_Gyi.js","/assets/transport-B9lyBeRn.js","/assets/use-expose-4FB5i8lc.js","/assets/use-id-jkK3Bczk.js","/assets/useCamera-Dru-704E.js","/assets/useForms-14dKnc9P.css","/assets/useForms-CAZZnwx2.js","/assets/useIntent-CEoLzXL5.js","/assets/useLoad-CA7Oa3Eh.js","/assets/useMe-CVaz3I_-.js","/assets/useParcel-CEg4tQ_4.js","/assets/usePermit-DmTMesuk.js","/assets/usePosition-COyK1ZEs.css","/assets/usePosition-DJ5Ev3vz.js","/assets/useQueue-BT1Me5bN.js","/assets/useSaid-CknnyaCY.js"]
const VERSION = 'e9b5f0b37635'
const CACHE = `anbiao-field-${VERSION}`
const PAGE = '/field/'
const PATIENCE = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES].map((path) => new Request(path, { cache: path === PAGE ? 'reload' : 'default' })))),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('anbiao-field-') && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

/** The page of the day; the kept one when the network is silent. */
async function page(request) {
  const kept = await caches.match(PAGE, { cacheName: CACHE })
  const fresh = fetch(request)
  if (!kept) return fresh
  const silent = new Promise((done) => setTimeout(() => done(kept), PATIENCE))
  return Promise.race([fresh.then((answer) => (answer.ok ? answer : kept)).catch(() => kept), silent])
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const address = new URL(request.url)
  if (request.method !== 'GET' || address.origin !== location.origin || address.pathname.startsWith('/api/')) return
  if (request.mode === 'navigate') {
    if (address.pathname.startsWith(PAGE)) event.respondWith(page(request))
    return
  }
  if (FILES.includes(address.pathname)) event.respondWith(caches.match(request, { cacheName: CACHE }).then((kept) => kept ?? fetch(request)))
})
