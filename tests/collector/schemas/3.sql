-- The store of schema 3, with some of everything. Never change this file once it was given out.
BEGIN TRANSACTION;
CREATE TABLE editions (month TEXT PRIMARY KEY, edition INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "editions" VALUES('2026-10',-2797883572579779101);
INSERT INTO "editions" VALUES('2026-11',-3280355924722370807);
CREATE TABLE "holdings" (
   "terminal" TEXT PRIMARY KEY,
   "bytes" INTEGER NOT NULL
) STRICT;
INSERT INTO "holdings" VALUES('stua-1',2554);
INSERT INTO "holdings" VALUES('stua-2',402);
CREATE TABLE "installations" (
   "installation" TEXT PRIMARY KEY,
   "terminal" TEXT NOT NULL
) STRICT;
INSERT INTO "installations" VALUES('installation-1','stua-1');
INSERT INTO "installations" VALUES('installation-2','stua-1');
INSERT INTO "installations" VALUES('installation-3','stua-2');
CREATE TABLE "placements" (
   "terminal" TEXT,
   "since" TEXT,
   "place" TEXT,
   PRIMARY KEY ("terminal", "since")
) STRICT;
INSERT INTO "placements" VALUES('stua-1','2024-01-01','oslo/pro');
INSERT INTO "placements" VALUES('stua-1','2026-05-01','oslo/pro/stua');
CREATE TABLE "presences" (
   "terminal" TEXT PRIMARY KEY,
   "presence" TEXT
) STRICT;
INSERT INTO "presences" VALUES('stua-1','{"v":1,"online":true,"installation":"installation-2","software":"fjes 0.1.0","survey":"visit@1","owed":3,"faults":["sound"]}');
INSERT INTO "presences" VALUES('stua-2','{"v":1,"online":false}');
CREATE TABLE "refusals" (
   "id" INTEGER PRIMARY KEY,
   "topic" TEXT,
   "reason" TEXT,
   "payload" BLOB
) STRICT;
INSERT INTO "refusals" VALUES(1,'fjes/v1/stua-9/sheets','invalid: å',X'00FF7B');
INSERT INTO "refusals" VALUES(2,'fjes/v1/stua-1/hello','no',X'');
CREATE TABLE "registrations" (
   "terminal" TEXT PRIMARY KEY,
   "standing" TEXT NOT NULL
) STRICT;
INSERT INTO "registrations" VALUES('stua-1','allowed');
INSERT INTO "registrations" VALUES('stua-2','allowed');
INSERT INTO "registrations" VALUES('stua-3','revoked');
CREATE TABLE sheets (terminal TEXT NOT NULL, [table] TEXT NOT NULL, granularity TEXT NOT NULL, period TEXT NOT NULL, installation TEXT NOT NULL, survey TEXT NOT NULL, revision INTEGER NOT NULL, counts TEXT NOT NULL, estimated INTEGER NOT NULL, PRIMARY KEY (terminal, [table], granularity, period, installation, survey)) STRICT, WITHOUT ROWID;
INSERT INTO "sheets" VALUES('stua-1','answers','month','2026-11','installation-1','visit@1',7,'{"4:help":9,"4:none":3,"3:none":4,"1:unsafe":1}',0);
INSERT INTO "sheets" VALUES('stua-1','faces','day','2026-11-21','installation-1','visit@1',7,'{"4":12,"3":4,"1":1}',0);
INSERT INTO "sheets" VALUES('stua-1','faces','hour','2026-10-25T02+02:00','installation-2','visit@1',1,'{"2":1}',0);
INSERT INTO "sheets" VALUES('stua-1','languages','month','2026-11','installation-1','visit@1',7,'{"4:nb":10,"4:th":2,"3:nb":4,"1:ro":1}',0);
INSERT INTO "sheets" VALUES('stua-1','pattern','month','2026-11','installation-1','visit@1',7,'{"4:6-14":12,"3:6-15":4,"1:6-15":1}',0);
INSERT INTO "sheets" VALUES('stua-1','suspect','month','2026-11','installation-1','visit@1',2,'{"4":6}',1);
INSERT INTO "sheets" VALUES('stua-2','faces','hour','2026-10-25T02+01:00','installation-3','visit@1',1,'{}',0);
CREATE TABLE "surveys" (
   "id" TEXT PRIMARY KEY,
   "survey" TEXT
) STRICT;
INSERT INTO "surveys" VALUES('visit@1','{"id":"visit@1","languages":["nb","en","es","pt","ro","bg","th","ru","uk","ar"],"question":{"nb":"Hvor fornøyd er du med besøket ditt i dag?","en":"How satisfied are you with your visit today?","es":"¿Cómo le fue hoy en su visita?","pt":"Como foi a sua visita hoje?","ro":"Cum a fost vizita de astăzi?","bg":"Колко сте доволни от посещението си днес?","th":"วันนี้คุณพอใจกับการมาที่นี่แค่ไหน","ru":"Как прошёл ваш визит сегодня?","uk":"Як пройшов ваш візит сьогодні?","ar":"كيف كانت زيارتك اليوم؟"},"satisfied":{"question":{"nb":"Hva er du mest fornøyd med?","en":"What are you most satisfied with?","es":"¿Qué le gustó más?","pt":"Do que gostou mais?","ro":"Ce v-a plăcut cel mai mult?","bg":"От какво сте най-доволни?","th":"คุณพอใจกับอะไรมากที่สุด","ru":"Что понравилось больше всего?","uk":"Що сподобалося найбільше?","ar":"ما أكثر شيء أعجبك؟"},"options":[{"id":"social","pictogram":"people","text":{"nb":"Treffe andre","en":"Meeting others","es":"Conocer a otras personas","pt":"Conhecer pessoas","ro":"Întâlnirea cu alte persoane","bg":"Срещата с други хора","th":"ได้พบปะผู้คน","ru":"Общение с другими","uk":"Спілкування з іншими","ar":"اللقاء بالآخرين"}},{"id":"help","pictogram":"heart","text":{"nb":"Hjelpen jeg fikk","en":"The help I got","es":"La ayuda que recibí","pt":"A ajuda que recebi","ro":"Ajutorul primit","bg":"Помогнаха ми","th":"ความช่วยเหลือที่ได้รับ","ru":"Мне помогли","uk":"Мені допомогли","ar":"المساعدة التي تلقيتها"}},{"id":"health","pictogram":"health","text":{"nb":"Helsetilbudet","en":"The health service","es":"El servicio de salud","pt":"O serviço de saúde","ro":"Serviciul medical","bg":"Здравната услуга","th":"บริการสุขภาพ","ru":"Медицинские услуги","uk":"Медичні послуги","ar":"الخدمة الصحية"}},{"id":"talk","pictogram":"talk","text":{"nb":"Samtalen med ansatte","en":"The talk with staff","es":"La charla con el personal","pt":"A conversa que tive","ro":"Discuția cu personalul","bg":"Разговорът с персонала","th":"การพูดคุยกับเจ้าหน้าที่","ru":"Разговор с персоналом","uk":"Розмова з персоналом","ar":"الحديث مع فريق العمل"}},{"id":"place","pictogram":"house","text":{"nb":"Stedet og maten","en":"The place and the food","es":"El lugar y la comida","pt":"O lugar e a comida","ro":"Locul și mâncarea","bg":"Мястото и храната","th":"สถานที่และอาหาร","ru":"Место и еда","uk":"Місце та їжа","ar":"المكان والطعام"}}]},"unsatisfied":{"question":{"nb":"Hva var ikke bra?","en":"What was not good?","es":"¿Qué no estuvo bien?","pt":"O que não foi bom?","ro":"Ce nu a fost bine?","bg":"Какво не беше добре?","th":"มีอะไรที่ไม่ดี","ru":"Что было не так?","uk":"Що було не так?","ar":"ما الذي لم يكن جيدًا؟"},"options":[{"id":"wait","pictogram":"clock","text":{"nb":"Ventetiden","en":"The waiting","es":"La espera","pt":"A espera","ro":"Așteptarea","bg":"Чакането","th":"รอนาน","ru":"Долго ждать","uk":"Довго чекати","ar":"الانتظار"}},{"id":"staff","pictogram":"person","text":{"nb":"Måten jeg ble møtt på","en":"How I was met","es":"Cómo me trataron","pt":"Como me trataram","ro":"Atitudinea personalului","bg":"Как ме посрещнаха","th":"การต้อนรับ","ru":"Как меня встретили","uk":"Як мене зустріли","ar":"طريقة استقبالي"}},{"id":"nohelp","pictogram":"closed","text":{"nb":"Jeg fikk ikke hjelp","en":"I did not get help","es":"No recibí ayuda","pt":"Não recebi ajuda","ro":"Nu am primit ajutor","bg":"Не ми помогнаха","th":"ไม่ได้รับความช่วยเหลือ","ru":"Мне не помогли","uk":"Мені не допомогли","ar":"لم أحصل على مساعدة"}},{"id":"language","pictogram":"language","text":{"nb":"Vi forstod ikke hverandre","en":"We did not understand each other","es":"No nos entendimos","pt":"Não nos entendemos","ro":"Nu ne înțelegeam","bg":"Не се разбрахме","th":"พูดกันไม่เข้าใจ","ru":"Мы не поняли друг друга","uk":"Ми не зрозуміли одне одного","ar":"لم نفهم بعضنا بعضًا"}},{"id":"unsafe","pictogram":"shield","text":{"nb":"Jeg følte meg ikke trygg","en":"I did not feel safe","es":"No me sentí a salvo","pt":"Não me senti em segurança","ro":"Nu mă simțeam în siguranță","bg":"Не се чувствах в безопасност","th":"รู้สึกไม่ปลอดภัย","ru":"Мне было небезопасно","uk":"Не почуваюся в безпеці","ar":"لم أشعر بالأمان"}}]}}');
CREATE TABLE totals (terminal TEXT NOT NULL, [table] TEXT NOT NULL, granularity TEXT NOT NULL, period TEXT NOT NULL, counts TEXT, PRIMARY KEY (terminal, [table], granularity, period)) STRICT, WITHOUT ROWID;
INSERT INTO "totals" VALUES('stua-1','answers','month','2026-11',NULL);
INSERT INTO "totals" VALUES('stua-1','faces','day','2026-10-25','{"visit@1":{"2":1}}');
INSERT INTO "totals" VALUES('stua-1','faces','month','2026-10','{"visit@1":{"2":1}}');
INSERT INTO "totals" VALUES('stua-1','faces','month','2026-11',NULL);
INSERT INTO "totals" VALUES('stua-1','languages','month','2026-11',NULL);
INSERT INTO "totals" VALUES('stua-1','pattern','month','2026-11',NULL);
INSERT INTO "totals" VALUES('stua-1','suspect','month','2026-11',NULL);
INSERT INTO "totals" VALUES('stua-2','faces','day','2026-10-25','{}');
INSERT INTO "totals" VALUES('stua-2','faces','month','2026-10','{}');
CREATE INDEX "idx_installations_terminal"
    ON "installations" ("terminal");
CREATE INDEX totals_to_make ON totals (granularity, period) WHERE counts IS NULL;
COMMIT;
PRAGMA user_version = 3;
