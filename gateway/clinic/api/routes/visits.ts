import type { FastifyInstance } from 'fastify';
import { type ErrorCode, errorWords, Refusal } from '../../../errors.ts';
import { RefusalWith } from '../../../web/refusals.ts';
import { traceCodeOf } from '../../visit/draft.ts';
import { Draft } from '../../visit/draft-shape.ts';
import { maskCertno } from '../../visit/person.ts';
import { searchPersons } from '../../visit/person-search.ts';
import { search } from '../../visit/search.ts';
import type { ApiParts } from '../parts.ts';
import { Confirm, OpenVisit, Query, Scanned, VisitId } from '../schemas.ts';
import { deskView, settledNow } from '../views/desk.ts';
import type { TraceCodeView } from '../views/types.ts';
import { ageOf, GENDERS, itemView, quoteView, visitView } from '../views/visit.ts';

/** A confirm refused with these is answered with the quote that holds now. */
const CHANGED: readonly ErrorCode[] = ['QUOTE_CHANGED', 'REASON_MISSING'];

/** Everything the page asks and does. Shapes: views.ts. */
export function deskRoutes(server: FastifyInstance, parts: ApiParts): void {
  const { desk, events } = parts;
  lookups(server, parts);

  server.get('/api/desk', async () => deskView(parts));

  server.get('/api/events', { config: { unattended: true } }, ({ session }, reply) => {
    if (!session) throw new Refusal('LOGIN_NEEDED');
    const now = deskView(parts); // what it refuses must come before the connection is taken over
    events.listen(reply, session)('desk', now);
  });

  server.post<{ Body: OpenVisit }>('/api/visits', { schema: { body: OpenVisit } }, async ({ body, opter }) =>
    visitView(desk.open(body), desk, opter),
  );

  const visit = { params: VisitId };
  server.get<{ Params: { id: string } }>('/api/visits/:id', { schema: visit }, async ({ params, opter }) =>
    visitView(desk.visit(params.id), desk, opter),
  );

  server.post<{ Params: { id: string }; Body: Draft }>(
    '/api/visits/:id/quote',
    { schema: { ...visit, body: Draft } },
    async ({ params, body, opter }) => quoteView(desk.quote(params.id, body, opter)),
  );

  server.post<{ Params: { id: string }; Body: Confirm }>(
    '/api/visits/:id/confirm',
    { schema: { ...visit, body: Confirm } },
    async ({ params, body, opter }) => {
      try {
        const settled = desk.confirm({ visit: params.id, operator: opter, ...body });
        parts.printWanted();
        return settledNow(parts, settled.seq);
      } catch (error) {
        if (error instanceof Refusal && CHANGED.includes(error.code))
          throw new RefusalWith(
            error.code,
            { quote: quoteView(desk.quote(params.id, body.draft, opter)) },
            { cause: error },
          );
        throw error;
      }
    },
  );

  server.post<{ Body: Scanned }>(
    '/api/trace-code',
    { schema: { body: Scanned } },
    async ({ body }): Promise<TraceCodeView> => {
      const drug_trac_codg = traceCodeOf(body.text);
      return drug_trac_codg === null
        ? { drug_trac_codg, problem: errorWords('TRACE_CODE_INVALID') }
        : { drug_trac_codg, problem: null };
    },
  );

  server.post<{ Params: { id: string } }>('/api/visits/:id/close', { schema: visit }, async ({ params }) => {
    desk.close(params.id);
    return {};
  });
}

/** Persons, items, diagnoses by what the doctor types. */
function lookups(server: FastifyInstance, { desk }: ApiParts): void {
  const query = { schema: { querystring: Query } };

  server.get<{ Querystring: Query }>('/api/persons', query, async ({ query: { q } }) => {
    const hits = searchPersons(desk.reference().roster.value.persons, q);
    return hits.map(({ psn_no, psn_name, gend, brdy, certno }) => ({
      psn_no,
      psn_name,
      gend: GENDERS[gend] ?? '',
      age: ageOf(brdy, desk.today()),
      certno_masked: maskCertno(certno),
    }));
  });

  server.get<{ Querystring: Query }>('/api/catalogue', query, async ({ query: { q } }) => {
    const items = desk.reference().catalogue.value.values();
    const texts = (item: {
      med_list_codg: string;
      hilist_name: string;
      pym: string;
      barcode?: string | null;
    }) => ({
      code: item.med_list_codg,
      name: item.hilist_name,
      pym: item.pym,
      barcode: item.barcode ?? null,
    });
    return search(items, texts, q, ({ med_list_codg }) => desk.itemUse.count(med_list_codg)).map(itemView);
  });

  server.get<{ Querystring: Query }>('/api/diagnoses', query, async ({ query: { q } }) => {
    const diagnoses = desk.reference().diagnoses.value.values();
    const hits = search(
      diagnoses,
      ({ diag_code, diag_name, pym }) => ({ code: diag_code, name: diag_name, pym }),
      q,
      () => 0,
    );
    return hits.map(({ diag_code, diag_name }) => ({ diag_code, diag_name }));
  });
}
