SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.record_of(ids text[], given_platform text) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT record.image
  FROM unnest(ids) WITH ORDINALITY AS given (id, place)
  CROSS JOIN LATERAL (
    SELECT given.id COLLATE "C" AS image, true AS sure
    UNION ALL
    -- An index has an image for each platform: without knowing the platform, nothing is known where there are several.
    SELECT image_alias.image, given_platform IS NOT NULL
      OR (SELECT count(*) FROM image_alias AS other WHERE other.alias = given.id COLLATE "C") = 1
    FROM image_alias WHERE alias = given.id COLLATE "C"
  ) AS found
  JOIN record ON record.image = found.image
  WHERE found.sure AND (given_platform IS NULL OR record.platform IS NULL
    OR split_part(record.platform, '/', 1) || '/' || split_part(record.platform, '/', 2)
      = split_part(given_platform, '/', 1) || '/' || split_part(given_platform, '/', 2))
  ORDER BY given.place, record.image
  LIMIT 1
$$;
CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'the ledger only grows: % of % is refused', lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.body (
    digest text NOT NULL COLLATE pg_catalog."C",
    size_bytes bigint NOT NULL,
    stored_bytes bigint NOT NULL,
    content bytea NOT NULL,
    kept_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE ONLY public.body ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE TABLE public.container (
    host bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    workload bigint,
    image text COLLATE pg_catalog."C",
    image_ids text[] DEFAULT '{}'::text[] NOT NULL COLLATE pg_catalog."C",
    platform text COLLATE pg_catalog."C",
    image_reference text COLLATE pg_catalog."C",
    image_name text NOT NULL COLLATE pg_catalog."C",
    environment text COLLATE pg_catalog."C",
    team text COLLATE pg_catalog."C",
    labels jsonb DEFAULT '{}'::jsonb NOT NULL,
    configuration jsonb DEFAULT '{}'::jsonb NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    last_seen timestamp with time zone NOT NULL
);
CREATE TABLE public.document (
    kind text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    version integer NOT NULL,
    digest text NOT NULL,
    text text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    written_by text NOT NULL,
    why text,
    written_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT document_kind_check CHECK ((kind = ANY (ARRAY['policy'::text, 'base'::text, 'builder'::text, 'trust-root'::text])))
);
CREATE TABLE public.finding_life (
    image text NOT NULL COLLATE pg_catalog."C",
    finding text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    package text COLLATE pg_catalog."C",
    severity text NOT NULL,
    owner text NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    first_fixable timestamp with time zone,
    waived_since timestamp with time zone,
    gone_at timestamp with time zone,
    CONSTRAINT finding_life_owner_check CHECK ((owner = ANY (ARRAY['base'::text, 'app'::text])))
);
CREATE TABLE public.host (
    id bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    environment text COLLATE pg_catalog."C",
    team text COLLATE pg_catalog."C",
    labels jsonb DEFAULT '{}'::jsonb NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    last_seen timestamp with time zone NOT NULL,
    period_seconds integer DEFAULT 60 NOT NULL,
    CONSTRAINT host_kind_check CHECK ((kind = ANY (ARRAY['docker'::text, 'kubernetes'::text, 'containerd'::text])))
);
ALTER TABLE public.host ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.host_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.idempotent_answer (
    identity text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    request bytea NOT NULL,
    status integer,
    body text,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.image_alias (
    alias text NOT NULL COLLATE pg_catalog."C",
    image text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.image_fact (
    image text NOT NULL COLLATE pg_catalog."C",
    team text COLLATE pg_catalog."C",
    owner text COLLATE pg_catalog."C",
    layers integer NOT NULL,
    config_digest text COLLATE pg_catalog."C",
    names text[] DEFAULT '{}'::text[] NOT NULL
);
CREATE TABLE public.ledger (
    one boolean DEFAULT true NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT ledger_one_check CHECK (one)
);
CREATE TABLE public.ledger_entry (
    sequence bigint NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    actor_kind text NOT NULL COLLATE pg_catalog."C",
    actor_name text NOT NULL COLLATE pg_catalog."C",
    action text NOT NULL COLLATE pg_catalog."C",
    subject_kind text NOT NULL COLLATE pg_catalog."C",
    subject_name text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT ledger_entry_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['human'::text, 'automation'::text]))),
    CONSTRAINT ledger_entry_hash_check CHECK ((length(hash) = 32))
);
CREATE TABLE public.ledger_key (
    id text NOT NULL,
    public_key text NOT NULL,
    known_since timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.ledger_node (
    level smallint NOT NULL,
    place bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT ledger_node_hash_check CHECK ((length(hash) = 32))
);
CREATE TABLE public.ledger_tree_head (
    size bigint NOT NULL,
    key text NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    checkpoint text NOT NULL,
    signature text NOT NULL
);
CREATE TABLE public.live_event (
    id bigint NOT NULL,
    transaction xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    team text COLLATE pg_catalog."C",
    body jsonb NOT NULL
);
ALTER TABLE public.live_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.live_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.log_in_attempt (
    state text NOT NULL COLLATE pg_catalog."C",
    verifier text NOT NULL,
    nonce text NOT NULL,
    browser bytea NOT NULL,
    back_to text NOT NULL,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.package (
    id bigint NOT NULL,
    identity bytea NOT NULL,
    type text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    version text NOT NULL COLLATE pg_catalog."C",
    ecosystem text COLLATE pg_catalog."C",
    body jsonb NOT NULL
);
ALTER TABLE public.package ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.package_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.package_key (
    key text NOT NULL COLLATE pg_catalog."C",
    package bigint NOT NULL
);
CREATE TABLE public.package_use (
    package bigint NOT NULL,
    image text NOT NULL COLLATE pg_catalog."C",
    is_base boolean NOT NULL
);
CREATE TABLE public.person (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    known text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    display_name text NOT NULL,
    email text,
    roles text[] NOT NULL,
    teams text[],
    disabled boolean DEFAULT false NOT NULL,
    first_seen timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_seen timestamp with time zone
);
CREATE TABLE public.record (
    image text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    platform text,
    os text,
    engine text NOT NULL,
    database_digest text,
    base_name text,
    base_digest text COLLATE pg_catalog."C",
    size_bytes bigint NOT NULL,
    packages integer NOT NULL,
    problems integer NOT NULL,
    kept_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.registry (
    name text NOT NULL COLLATE pg_catalog."C",
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    added_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_seen timestamp with time zone
);
CREATE TABLE public.scan_job (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    sequence bigint NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    reference text NOT NULL,
    platform text,
    team text COLLATE pg_catalog."C",
    progress jsonb DEFAULT '{"stage": "waiting", "doneBytes": 0}'::jsonb NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    worker text,
    lease_until timestamp with time zone,
    cancel_asked boolean DEFAULT false NOT NULL,
    image text,
    error jsonb,
    requested_by jsonb NOT NULL,
    requested_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT scan_job_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
ALTER TABLE public.scan_job ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.scan_job_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.schema_step (
    number integer NOT NULL,
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.session (
    digest bytea NOT NULL,
    person uuid NOT NULL,
    csrf text NOT NULL,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.setting (
    name text NOT NULL COLLATE pg_catalog."C",
    value jsonb NOT NULL
);
CREATE TABLE public.setup_link (
    digest bytea NOT NULL,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    used_at timestamp with time zone
);
CREATE TABLE public.source (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL,
    environment text COLLATE pg_catalog."C",
    team text COLLATE pg_catalog."C",
    enabled boolean DEFAULT true NOT NULL,
    sealed jsonb DEFAULT '{}'::jsonb NOT NULL,
    state text DEFAULT 'new'::text NOT NULL,
    message text,
    last_seen timestamp with time zone,
    added_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT source_kind_check CHECK ((kind = ANY (ARRAY['docker'::text, 'kubernetes'::text, 'containerd'::text, 'registry'::text])))
);
CREATE TABLE public.source_watch (
    source text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL COLLATE pg_catalog."C",
    until timestamp with time zone NOT NULL,
    cursor jsonb
);
CREATE TABLE public.tag (
    repository text NOT NULL COLLATE pg_catalog."C",
    tag text NOT NULL COLLATE pg_catalog."C",
    image text NOT NULL COLLATE pg_catalog."C",
    since timestamp with time zone NOT NULL,
    until timestamp with time zone
);
CREATE TABLE public.token (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    digest bytea NOT NULL,
    prefix text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    owner uuid NOT NULL,
    scopes text[] NOT NULL,
    teams text[],
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT token_kind_check CHECK ((kind = ANY (ARRAY['human'::text, 'automation'::text])))
);
CREATE TABLE public.verdict (
    id bigint NOT NULL,
    image text NOT NULL COLLATE pg_catalog."C",
    scope text NOT NULL COLLATE pg_catalog."C",
    result text NOT NULL,
    policy_name text NOT NULL,
    policy_digest text NOT NULL,
    database_digest text,
    engine text NOT NULL,
    violations integer NOT NULL,
    worst text,
    content_digest text NOT NULL,
    body jsonb NOT NULL,
    since timestamp with time zone NOT NULL,
    judged_at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    CONSTRAINT verdict_result_check CHECK ((result = ANY (ARRAY['pass'::text, 'fail'::text, 'cannot-tell'::text])))
);
ALTER TABLE public.verdict ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.verdict_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.waiver (
    id text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL,
    text text NOT NULL,
    owner text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL,
    expires_at timestamp with time zone,
    image text COLLATE pg_catalog."C",
    finding text COLLATE pg_catalog."C",
    requested_by text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    decided_by text,
    decided_at timestamp with time zone,
    decision text,
    CONSTRAINT waiver_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'approved'::text, 'refused'::text, 'withdrawn'::text])))
);
CREATE TABLE public.workload (
    id bigint NOT NULL,
    host bigint NOT NULL,
    namespace text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    environment text COLLATE pg_catalog."C",
    team text COLLATE pg_catalog."C",
    labels jsonb DEFAULT '{}'::jsonb NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone
);
ALTER TABLE public.workload ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.workload_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
INSERT INTO public.body VALUES ('sha256:39f687083d86912561e399824f8f0c8f8239ef57ae1b3e6da050d6a6060f0c0e', 1588, 652, '\x28b52ffd00581d140026a87025108f560718d1425f704a6b0016bf09b9b6acdbdb11ed870370c67568c61c2809000000601a650064006800faca4380800072fd5c8e2ef59ad1e31c18d9d527946120224da3691a9007f3b8be6daf9decea0390062d872582ee5d0fcde8f47af24adfa0a35c9d5108c1634df8fae67d5cbba4df6741eeeaef4586dc93d72f740fdcab3301cdf5303a9e2bb1a09d30be1495abc3e524dbae6fee921edae6cbc3035dafb9325e4d8d7aa30b2d78a5871811522ea9aa98bebc2410235eb9d970af1a3d6f5f0c36c3715b701cd7ae18bd651b749728f43cf7c2dbdd11c27535497a7e2b59ef6a5a287ab1c23da3435b8ed2b257151401cbe03657d9ab0a86cbdc9b5b8196afdf76f641125ebff2d2577fed9a09680adad9e78024d48722af7f33925767e4b3286cc9abe9cb6bdfce064707eb755c3fe925d97a5239b2bd7a23d078348d4824f240e819a58c18c01241c7e0886850003868b874ef94571708d3c4347aee9d6c1f664c683b6173ed03ef73ce1503b73537792e619fc4b1ab487a66ae19da2789533ed035e89c5ecc39aee7321845c6d693ac8ed8320d88111b354d87912f021cbc2f6a11b2d816a1a33259cad5bc7dfddc27bed58b5dbded7bab19baeb0345a821958030a314423522134692241d2002429032a63c1248e55cd328c1989a0a26ff4e6e615b0c592111f26a1f0451b203b93b56f2a5c577e48f872b297f8d438cf2ec52d4c5eb360016be4ab10a3b55c8958726bbc3c07a4d00c8217f66d9a1cddc546852825a092ec4f0d163b894109876fd749a68d0c4828f96790759c12af875507502a45e2385448e52848ca89101c5d83e8565b5a8685aab8bb2c6a287bda72dd0a9c88b15d596ca21ccc095ce4d5c0ae3c75b99fd730ca24115', '2026-11-26 12:02:31.622784+00');
INSERT INTO public.body VALUES ('sha256:5340d51bb15df1299e8af54eee2c8267eb23d775214a42f8a002f55f917c6961', 1588, 656, '\x28b52ffd00583d140086687125108f560718d1425f704a6b0016bf09b9b6acdbdb11ed870370c67568c61c2809000000601a660064006900faca4380800072fd5c8e2ef59ad1e31c18d9d527946120224da3691a9007f3b8be6daf9decea0390062d872582ee5d0fcde8f47af24adfa0a35cbd611442f05813bebe791fd72ee9f75990bbfa7b9121f7e4f50bdd03f7ea4c40733d8c8ee74a2c68278c2f05cb49b65ddfdc253db4cd978707ba5e7365bc9a9a33ea8d2eb4e0951e624448b9a4aa62faf292408c78e566c3bd6af4bc7d31d80cc75767da82e3b876c5e82ddba0bb44a1e7b917deee8e10aeab49d2f35bc97a57d342d18b15ee191dda729496bdaaa008db5c65af2a182e736f6e055abe7edbd9074978fdca4b5ffdb56b26a02968679f0392501f8abcfecd485e9d91cfa2b025afa6e5b56f6783a383f53aae9ff4926c3da91cd95ebd11683c9a4624127920f48c52460c6089a06370443428001c345cba77caab0b54ae0e03d3c4347aee9d6c1f664c683b6173ed03ef73ce1503b73537792e619fc4b1ab487a66ae19da2789533ed035e89c5ecc39aee7321845c6d693ac8ed8360d88111b354d87912f021cbc2f6a11b2d816a1a33259cad5bc7dfddc27bed58b5dbded7bab19baeb97c145a8111521cc28858c4d20134892241d2002429032973c1268e554d330c1989a0a26ff4e6e61ad01d9221132ab010449b303b93bf6f3e5453712c5431669718d7818f4ac42d485f562162c7c95c454dca91e2a034d548801f7f54a2007f80cbda35c73ffa1bb0b1610b0b221bb57bed4ec604afd406d027813118c165b36c838d6e80f44d51e20d58c06e4378a2c64442495c1e4de669019b52835add533597de941ceac85746afae247f552398431b8aa73d14845e67851b3338fb11da802', '2026-11-26 12:02:31.735245+00');
INSERT INTO public.body VALUES ('sha256:45c51013b80a11af335f81c8f61ed967c6a063a82e57e098ebd92e39b52b433a', 1588, 656, '\x28b52ffd00583d140086687125108f560780d24356704a6b0016bf09b9b6acdbdb11ed870370c6756fc71d2809000000601a6600640068007a8a234040f0b87e2e4bbff49a12e41e18d9d527946120204da3691a0f8771ae6fdb6b27bbfac0a345cb5191a07bd747333ebd9ebcd237e8265777187d10384bc2d7372fe4da2ffa8556e4aefe5ee4c83d79fd4207c1bd3a13d05c0fa3e3b9122b5a09e35f02cb45b65ddfdc2ffa689b2d0f1074bde6ca78353567d41bdd68c12b3dc48870f28baa8ae9cb2b0231e2959b0df7aad1f3b6c560331c5f9d690bcfe3da15a3af6c83ee170a3dcfb5f0767784705d4d173dbf8dac77356d24bd48e19ed1a12d4759d9ab0a8adb1c65af2a182e736f2e255abe7efbd9174978fd4a4b5ffdb56b26a029e8679f239250a189bcfe4d495e9d91d09ab025afa6e5b56f6783a383f53aae97f4926c3da91cd95ebd1168384d03028138083da39412035424e8181c110d0a00070d96ee9df2ea0294abc3d3c4347aee9d6c1f664c682b6173ed03ef73cf1503b73527792e615fc4b1a35cf4cc5c73b42f12a784a06bd03dbd987b5ccf65508a8cad17592db1751a1023366a9a0e235f0438789fd46264b12d420765b294ab79fbfab9507cab17bb7adbf7563374d72f830145a8111521cc28858c4d20134892241d2002429032973c1268e554d330c1989a0a26ff4e6e61ad01d9221132ab010449b303b93bf6f3e5453712c5431669718d7818f4ac42d485f562162c7c95c454dca91e2a034d548801f7f54a2007f80cbda35c73ffa1bb0b1610b0b221bb57bed4ec604afd406d027813118c165b36c838d6e80f44d51e20d58c06e4378a2c64442495c1e4de669019b52835add533597de941ceac85746afae247f552398431b8aa73d14845e67851b3338fb11da802', '2026-11-26 12:02:32.060776+00');
INSERT INTO public.container VALUES (1, 'c-1', 'cart', NULL, 'sha256:0000000000000000000000000000000000000000000000000000000000000001', '{sha256:0000000000000000000000000000000000000000000000000000000000000001}', NULL, NULL, 'shop/cart:1', 'production', 'shop', '{}', '{}', '2026-11-21 00:00:00+00', NULL, '2026-11-21 00:00:00+00');
INSERT INTO public.document VALUES ('policy', 'production', 1, 'sha256:55628c3a24681a511349e0f3dced42fb82cc17fbc3d425f233db8287dd9eb549', 'apiVersion: plimsoll.dev/v1
kind: Policy
metadata:
  name: production
  description: "For what runs where it matters: stops what can be mended, what is exploited and what leaks, and whatever nobody can tell."
waiverExpiry: required
cannotTell: stop
restart:
  graceDays: 14
  cannotTell: warn
rules:
  known-exploited:
    effect: fail
  fixable-severity:
    effect: fail
    atLeast: high
    fixedForDays: 14
  unfixed-severity:
    effect: warn
    atLeast: critical
  exploit-likelihood:
    effect: fail
    atLeastScore: 0.5
    onlyFixable: true
    cannotTell: warn
  no-secrets:
    effect: fail
    atLeast: medium
  no-private-keys:
    effect: fail
    exceptPaths: ["**/node_modules/**/test/**", "**/node_modules/**/tests/**", "**/node_modules/**/fixtures/**", "**/node_modules/**/spec/**", "**/site-packages/**/test/**", "**/site-packages/**/tests/**", "**/site-packages/**/fixtures/**", "**/site-packages/**/spec/**", "**/dist-packages/**/test/**", "**/dist-packages/**/tests/**", "**/dist-packages/**/fixtures/**", "**/dist-packages/**/spec/**", "**/gems/**/test/**", "**/gems/**/tests/**", "**/gems/**/fixtures/**", "**/gems/**/spec/**", "/usr/lib/python3*/test/**"]
  supported-operating-system:
    effect: fail
  nothing-unread:
    effect: fail
  advisory-data-age:
    effect: fail
    maxAgeDays: 7
  advisory-coverage:
    effect: fail
  no-root-user:
    effect: fail
  accounts:
    effect: fail
  setuid-files:
    effect: fail
    owners: [app]
    packaged: false
  world-writable:
    effect: warn
  certificates:
    effect: warn
    validForDays: 30
  misconfigurations:
    effect: warn
    atLeast: high
  known-base:
    effect: warn
  no-package-manager:
    effect: warn
  image-age:
    effect: warn
    maxAgeDays: 90
', 'active', 'plimsoll', 'comes with Plimsoll', '2026-11-26 12:02:30.222328+00');
INSERT INTO public.document VALUES ('policy', 'development', 1, 'sha256:9c60652e40af8ada6a8480ad0b06ec40374f90f2bac9108b85c23e0271e13116', 'apiVersion: plimsoll.dev/v1
kind: Policy
metadata:
  name: development
  description: "For desks and tests: stops what leaks or is being exploited, warns of what production would stop."
cannotTell: warn
rules:
  known-exploited:
    effect: fail
    onlyFixable: true
  fixable-severity:
    effect: warn
    atLeast: high
    fixedForDays: 0
  no-secrets:
    effect: fail
    atLeast: high
  no-private-keys:
    effect: warn
  supported-operating-system:
    effect: warn
  nothing-unread:
    effect: fail
  advisory-data-age:
    effect: fail
    maxAgeDays: 30
  advisory-coverage:
    effect: fail
  no-root-user:
    effect: warn
  accounts:
    effect: warn
  setuid-files:
    effect: warn
    owners: [app]
', 'active', 'plimsoll', 'comes with Plimsoll', '2026-11-26 12:02:30.245155+00');
INSERT INTO public.document VALUES ('policy', 'base', 1, 'sha256:54007cee10227bf982b48d8916a57e58a05166c98ff10a899778786825ed4ddb', 'apiVersion: plimsoll.dev/v1
kind: Policy
metadata:
  name: base
  description: "For images that others are built on: whatever has a fix is mended, nothing leaks, nothing is unknown; who runs it is for those above."
waiverExpiry: required
cannotTell: stop
rules:
  known-exploited:
    effect: fail
  fixable-severity:
    effect: fail
    atLeast: medium
    fixedForDays: 0
  unfixed-severity:
    effect: warn
    atLeast: high
  no-secrets:
    effect: fail
    atLeast: low
  no-private-keys:
    effect: fail
  supported-operating-system:
    effect: fail
  nothing-unread:
    effect: fail
  advisory-data-age:
    effect: fail
    maxAgeDays: 7
  advisory-coverage:
    effect: fail
  accounts:
    effect: fail
  world-writable:
    effect: fail
  certificates:
    effect: fail
    validForDays: 30
  misconfigurations:
    effect: warn
    atLeast: high
  no-root-user:
    effect: warn
  no-package-manager:
    effect: warn
  image-age:
    effect: warn
    maxAgeDays: 60
', 'active', 'plimsoll', 'comes with Plimsoll', '2026-11-26 12:02:30.506904+00');
INSERT INTO public.document VALUES ('policy', 'ours', 1, 'sha256:80a05c6712b7226ad5edb2574d3470934cb007db081af2096bb21e48b1c39208', 'apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: ours }
rules: {}
', 'active', 'ada', 'first', '2026-11-26 12:02:32.341457+00');
INSERT INTO public.host OVERRIDING SYSTEM VALUE VALUES (1, 'docker', 'node-1', NULL, NULL, '{}', '2026-11-21 00:00:00+00', '2026-11-21 00:00:00+00', 60);
INSERT INTO public.image_fact VALUES ('sha256:0000000000000000000000000000000000000000000000000000000000000000', 'shop', NULL, 1, NULL, '{registry.example.com/shop/n0:1}');
INSERT INTO public.image_fact VALUES ('sha256:0000000000000000000000000000000000000000000000000000000000000001', 'shop', NULL, 1, NULL, '{registry.example.com/shop/n1:1}');
INSERT INTO public.image_fact VALUES ('sha256:0000000000000000000000000000000000000000000000000000000000000002', 'shop', NULL, 1, NULL, '{registry.example.com/shop/n2:1}');
INSERT INTO public.ledger VALUES (true, '112161f8-b973-46d3-8abc-0210e9d85eb3', '2026-11-26 12:02:31.675937+00');
INSERT INTO public.ledger_entry VALUES (1, '2026-11-26 12:02:31.677+00', 'human', 'ada@example.com', 'record.keep', 'image', 'sha256:0000000000000000000000000000000000000000000000000000000000000000', '{"action":"record.keep","actor":{"kind":"human","known":"oidc","name":"ada@example.com"},"details":{"engine":"plimsoll","isNew":true,"name":"registry.example.com/shop/n0:1","reference":"registry.example.com/shop/n0:1"},"previous":"63dfffd4762d50ae2560b07d18a61abe083aadeecfff1dbd9a622223584afb01","sequence":1,"subject":{"kind":"image","name":"sha256:0000000000000000000000000000000000000000000000000000000000000000"},"time":"2026-11-26T12:02:31.677Z"}', '\xa7c78de70b87093070402b120f9a5ec9ecb74fa49c7a8f9615b923d989ba596c');
INSERT INTO public.ledger_entry VALUES (2, '2026-11-26 12:02:31.677+00', 'human', 'ada@example.com', 'verdict.give', 'image', 'sha256:0000000000000000000000000000000000000000000000000000000000000000', '{"action":"verdict.give","actor":{"kind":"human","known":"oidc","name":"ada@example.com"},"details":{"before":"unknown","policy":"production","policyDigest":"sha256:35e77730086935381e4744006806adc409a3bc63fe3a8294af3d3f43110edaf7","result":"cannot-tell","scope":"default"},"previous":"a7c78de70b87093070402b120f9a5ec9ecb74fa49c7a8f9615b923d989ba596c","sequence":2,"subject":{"kind":"image","name":"sha256:0000000000000000000000000000000000000000000000000000000000000000"},"time":"2026-11-26T12:02:31.677Z","why":"which vulnerabilities apply: no advisory database was used"}', '\x7be2897a6c5de6fc92980b5e739caf446ada445cf68250403b932f637d187bed');
INSERT INTO public.ledger_entry VALUES (3, '2026-11-26 12:02:31.761+00', 'human', 'ada@example.com', 'record.keep', 'image', 'sha256:0000000000000000000000000000000000000000000000000000000000000001', '{"action":"record.keep","actor":{"kind":"human","known":"oidc","name":"ada@example.com"},"details":{"engine":"plimsoll","isNew":true,"name":"registry.example.com/shop/n1:1","reference":"registry.example.com/shop/n1:1"},"previous":"7be2897a6c5de6fc92980b5e739caf446ada445cf68250403b932f637d187bed","sequence":3,"subject":{"kind":"image","name":"sha256:0000000000000000000000000000000000000000000000000000000000000001"},"time":"2026-11-26T12:02:31.761Z"}', '\x0b52ee339af577010a9dc8e3f18680eecfbd9f8b6a021d697cf995d7a2415af4');
INSERT INTO public.ledger_entry VALUES (4, '2026-11-26 12:02:31.761+00', 'human', 'ada@example.com', 'verdict.give', 'image', 'sha256:0000000000000000000000000000000000000000000000000000000000000001', '{"action":"verdict.give","actor":{"kind":"human","known":"oidc","name":"ada@example.com"},"details":{"before":"unknown","policy":"production","policyDigest":"sha256:35e77730086935381e4744006806adc409a3bc63fe3a8294af3d3f43110edaf7","result":"cannot-tell","scope":"default"},"previous":"0b52ee339af577010a9dc8e3f18680eecfbd9f8b6a021d697cf995d7a2415af4","sequence":4,"subject":{"kind":"image","name":"sha256:0000000000000000000000000000000000000000000000000000000000000001"},"time":"2026-11-26T12:02:31.761Z","why":"which vulnerabilities apply: no advisory database was used"}', '\x9812ae8f432543d81573b2d478e9ef6b74c6cbff7e39071dcff0fc4754538cf7');
INSERT INTO public.ledger_entry VALUES (5, '2026-11-26 12:02:32.194+00', 'human', 'ada@example.com', 'record.keep', 'image', 'sha256:0000000000000000000000000000000000000000000000000000000000000002', '{"action":"record.keep","actor":{"kind":"human","known":"oidc","name":"ada@example.com"},"details":{"engine":"plimsoll","isNew":true,"name":"registry.example.com/shop/n2:1","reference":"registry.example.com/shop/n2:1"},"previous":"9812ae8f432543d81573b2d478e9ef6b74c6cbff7e39071dcff0fc4754538cf7","sequence":5,"subject":{"kind":"image","name":"sha256:0000000000000000000000000000000000000000000000000000000000000002"},"time":"2026-11-26T12:02:32.194Z"}', '\x9219829709aa27d9fcc481d32b6929d6820763913db4792f9a00f1ff736eb0b0');
INSERT INTO public.ledger_entry VALUES (6, '2026-11-26 12:02:32.194+00', 'human', 'ada@example.com', 'verdict.give', 'image', 'sha256:0000000000000000000000000000000000000000000000000000000000000002', '{"action":"verdict.give","actor":{"kind":"human","known":"oidc","name":"ada@example.com"},"details":{"before":"unknown","policy":"production","policyDigest":"sha256:35e77730086935381e4744006806adc409a3bc63fe3a8294af3d3f43110edaf7","result":"cannot-tell","scope":"default"},"previous":"9219829709aa27d9fcc481d32b6929d6820763913db4792f9a00f1ff736eb0b0","sequence":6,"subject":{"kind":"image","name":"sha256:0000000000000000000000000000000000000000000000000000000000000002"},"time":"2026-11-26T12:02:32.194Z","why":"which vulnerabilities apply: no advisory database was used"}', '\x1f6f4b10c2c9cad20be823d07733f17f79652063b3f3af7e61f08b65c8f3eabb');
INSERT INTO public.ledger_entry VALUES (7, '2026-11-26 12:02:32.363+00', 'human', 'ada@example.com', 'session.begin', 'person', 'ada', '{"action":"session.begin","actor":{"kind":"human","known":"oidc","name":"ada@example.com"},"previous":"1f6f4b10c2c9cad20be823d07733f17f79652063b3f3af7e61f08b65c8f3eabb","sequence":7,"subject":{"kind":"person","name":"ada"},"time":"2026-11-26T12:02:32.363Z"}', '\xc9741768145ebdbddcf56bc179b13d9483b8a22b055a2ae291e534129f98692c');
INSERT INTO public.live_event OVERRIDING SYSTEM VALUE VALUES (1, '733', '2026-11-26 12:02:31.667379+00', 'shop', '{"at": "2026-11-21T00:00:00.000Z", "kind": "image", "name": "registry.example.com/shop/n0:1", "image": "sha256:0000000000000000000000000000000000000000000000000000000000000000", "verdict": "cannot-tell"}');
INSERT INTO public.live_event OVERRIDING SYSTEM VALUE VALUES (2, '734', '2026-11-26 12:02:31.76103+00', 'shop', '{"at": "2026-11-21T00:00:00.000Z", "kind": "image", "name": "registry.example.com/shop/n1:1", "image": "sha256:0000000000000000000000000000000000000000000000000000000000000001", "verdict": "cannot-tell"}');
INSERT INTO public.live_event OVERRIDING SYSTEM VALUE VALUES (3, '735', '2026-11-26 12:02:32.154898+00', 'shop', '{"at": "2026-11-21T00:00:00.000Z", "kind": "image", "name": "registry.example.com/shop/n2:1", "image": "sha256:0000000000000000000000000000000000000000000000000000000000000002", "verdict": "cannot-tell"}');
INSERT INTO public.package OVERRIDING SYSTEM VALUE VALUES (1, '\x9501f1d3c6c71b260dccb8b9264f51c6', 'npm', 'left', '1.0.0', 'npm', '{"name": "left", "purl": "pkg:npm/left@1.0.0", "type": "npm", "scheme": "semver", "version": "1.0.0", "ecosystem": "npm"}');
INSERT INTO public.package OVERRIDING SYSTEM VALUE VALUES (2, '\xb77ea23030235bbd92bd3049d525969f', 'npm', 'own-0', '1.0.0', 'npm', '{"name": "own-0", "purl": "pkg:npm/own-0@1.0.0", "type": "npm", "scheme": "semver", "version": "1.0.0", "ecosystem": "npm"}');
INSERT INTO public.package OVERRIDING SYSTEM VALUE VALUES (3, '\x94d1b6ee53fac2d1ae55616334cb9a75', 'npm', 'own-1', '1.0.0', 'npm', '{"name": "own-1", "purl": "pkg:npm/own-1@1.0.0", "type": "npm", "scheme": "semver", "version": "1.0.0", "ecosystem": "npm"}');
INSERT INTO public.package OVERRIDING SYSTEM VALUE VALUES (4, '\x0a7423a3ae8c0fa2d40476d7638ea232', 'npm', 'own-2', '1.0.0', 'npm', '{"name": "own-2", "purl": "pkg:npm/own-2@1.0.0", "type": "npm", "scheme": "semver", "version": "1.0.0", "ecosystem": "npm"}');
INSERT INTO public.package_key VALUES ('left', 1);
INSERT INTO public.package_key VALUES ('own-0', 2);
INSERT INTO public.package_key VALUES ('own-1', 3);
INSERT INTO public.package_key VALUES ('own-2', 4);
INSERT INTO public.package_use VALUES (1, 'sha256:0000000000000000000000000000000000000000000000000000000000000000', false);
INSERT INTO public.package_use VALUES (2, 'sha256:0000000000000000000000000000000000000000000000000000000000000000', false);
INSERT INTO public.package_use VALUES (3, 'sha256:0000000000000000000000000000000000000000000000000000000000000001', false);
INSERT INTO public.package_use VALUES (1, 'sha256:0000000000000000000000000000000000000000000000000000000000000001', false);
INSERT INTO public.package_use VALUES (4, 'sha256:0000000000000000000000000000000000000000000000000000000000000002', false);
INSERT INTO public.package_use VALUES (1, 'sha256:0000000000000000000000000000000000000000000000000000000000000002', false);
INSERT INTO public.record VALUES ('sha256:0000000000000000000000000000000000000000000000000000000000000000', 'sha256:39f687083d86912561e399824f8f0c8f8239ef57ae1b3e6da050d6a6060f0c0e', 'registry.example.com/shop/n0:1', 'linux/amd64', 'Debian GNU/Linux 13', 'plimsoll', NULL, 'base:1', 'sha256:0000000000000000000000000000000000000000000000000000000000000000', 1000000, 2, 0, '2026-11-21 00:00:00+00');
INSERT INTO public.record VALUES ('sha256:0000000000000000000000000000000000000000000000000000000000000001', 'sha256:5340d51bb15df1299e8af54eee2c8267eb23d775214a42f8a002f55f917c6961', 'registry.example.com/shop/n1:1', 'linux/amd64', 'Debian GNU/Linux 13', 'plimsoll', NULL, 'base:1', 'sha256:0000000000000000000000000000000000000000000000000000000000000000', 1000000, 2, 0, '2026-11-21 00:00:00+00');
INSERT INTO public.record VALUES ('sha256:0000000000000000000000000000000000000000000000000000000000000002', 'sha256:45c51013b80a11af335f81c8f61ed967c6a063a82e57e098ebd92e39b52b433a', 'registry.example.com/shop/n2:1', 'linux/amd64', 'Debian GNU/Linux 13', 'plimsoll', NULL, 'base:1', 'sha256:0000000000000000000000000000000000000000000000000000000000000000', 1000000, 2, 0, '2026-11-21 00:00:00+00');
INSERT INTO public.scan_job OVERRIDING SYSTEM VALUE VALUES ('51e6fd22-45d9-4b64-8b1b-be8e7444107b', 1, 'queued', 'shop/n9:1', NULL, 'shop', '{"stage": "waiting", "doneBytes": 0}', 0, NULL, NULL, false, NULL, NULL, '{"kind": "human", "name": "ada@example.com", "known": "oidc"}', '2026-11-26 12:02:32.334167+00', NULL, NULL);
INSERT INTO public.schema_step VALUES (1, 'ledger', '2026-11-26 12:02:29.13557+00');
INSERT INTO public.schema_step VALUES (2, 'images', '2026-11-26 12:02:29.924568+00');
INSERT INTO public.schema_step VALUES (3, 'inventory', '2026-11-26 12:02:30.050452+00');
INSERT INTO public.schema_step VALUES (4, 'service', '2026-11-26 12:02:30.144378+00');
INSERT INTO public.tag VALUES ('registry.example.com/shop/n0', '1', 'sha256:0000000000000000000000000000000000000000000000000000000000000000', '2026-11-21 00:00:00+00', NULL);
INSERT INTO public.tag VALUES ('registry.example.com/shop/n1', '1', 'sha256:0000000000000000000000000000000000000000000000000000000000000001', '2026-11-21 00:00:00+00', NULL);
INSERT INTO public.tag VALUES ('registry.example.com/shop/n2', '1', 'sha256:0000000000000000000000000000000000000000000000000000000000000002', '2026-11-21 00:00:00+00', NULL);
INSERT INTO public.verdict OVERRIDING SYSTEM VALUE VALUES (1, 'sha256:0000000000000000000000000000000000000000000000000000000000000000', 'default', 'cannot-tell', 'production', 'sha256:35e77730086935381e4744006806adc409a3bc63fe3a8294af3d3f43110edaf7', NULL, 'plimsoll', 0, NULL, '194afa8452c5a5410346b60af7ad5c1e52c5f9a6d36ec576638390bae003c650', '{"rules": [{"rule": "known-exploited", "count": 1, "effect": "fail", "result": "cannot-tell"}, {"rule": "fixable-severity", "count": 1, "effect": "fail", "result": "cannot-tell"}, {"rule": "unfixed-severity", "count": 1, "effect": "warn", "result": "pass"}, {"rule": "exploit-likelihood", "count": 1, "effect": "fail", "result": "pass"}, {"rule": "no-secrets", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "no-private-keys", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "supported-operating-system", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "nothing-unread", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "advisory-data-age", "count": 1, "effect": "fail", "result": "cannot-tell"}, {"rule": "advisory-coverage", "count": 1, "effect": "fail", "result": "cannot-tell"}, {"rule": "no-root-user", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "accounts", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "setuid-files", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "world-writable", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "certificates", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "misconfigurations", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "known-base", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "no-package-manager", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "image-age", "count": 0, "effect": "warn", "result": "pass"}], "scope": "default", "doubts": [{"mend": "plimsoll db update (or db import), then scan again", "rule": "known-exploited", "what": "which vulnerabilities apply: no advisory database was used", "stops": true}], "engine": "plimsoll", "policy": {"name": "production", "digest": "sha256:35e77730086935381e4744006806adc409a3bc63fe3a8294af3d3f43110edaf7"}, "result": "cannot-tell", "waived": [], "warnings": [], "violations": [], "imageDigest": "sha256:0000000000000000000000000000000000000000000000000000000000000000", "endedWaivers": []}', '2026-11-21 00:00:00+00', '2026-11-21 00:00:00+00', NULL);
INSERT INTO public.verdict OVERRIDING SYSTEM VALUE VALUES (2, 'sha256:0000000000000000000000000000000000000000000000000000000000000001', 'default', 'cannot-tell', 'production', 'sha256:35e77730086935381e4744006806adc409a3bc63fe3a8294af3d3f43110edaf7', NULL, 'plimsoll', 0, NULL, '194afa8452c5a5410346b60af7ad5c1e52c5f9a6d36ec576638390bae003c650', '{"rules": [{"rule": "known-exploited", "count": 1, "effect": "fail", "result": "cannot-tell"}, {"rule": "fixable-severity", "count": 1, "effect": "fail", "result": "cannot-tell"}, {"rule": "unfixed-severity", "count": 1, "effect": "warn", "result": "pass"}, {"rule": "exploit-likelihood", "count": 1, "effect": "fail", "result": "pass"}, {"rule": "no-secrets", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "no-private-keys", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "supported-operating-system", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "nothing-unread", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "advisory-data-age", "count": 1, "effect": "fail", "result": "cannot-tell"}, {"rule": "advisory-coverage", "count": 1, "effect": "fail", "result": "cannot-tell"}, {"rule": "no-root-user", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "accounts", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "setuid-files", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "world-writable", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "certificates", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "misconfigurations", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "known-base", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "no-package-manager", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "image-age", "count": 0, "effect": "warn", "result": "pass"}], "scope": "default", "doubts": [{"mend": "plimsoll db update (or db import), then scan again", "rule": "known-exploited", "what": "which vulnerabilities apply: no advisory database was used", "stops": true}], "engine": "plimsoll", "policy": {"name": "production", "digest": "sha256:35e77730086935381e4744006806adc409a3bc63fe3a8294af3d3f43110edaf7"}, "result": "cannot-tell", "waived": [], "warnings": [], "violations": [], "imageDigest": "sha256:0000000000000000000000000000000000000000000000000000000000000001", "endedWaivers": []}', '2026-11-21 00:00:00+00', '2026-11-21 00:00:00+00', NULL);
INSERT INTO public.verdict OVERRIDING SYSTEM VALUE VALUES (3, 'sha256:0000000000000000000000000000000000000000000000000000000000000002', 'default', 'cannot-tell', 'production', 'sha256:35e77730086935381e4744006806adc409a3bc63fe3a8294af3d3f43110edaf7', NULL, 'plimsoll', 0, NULL, '194afa8452c5a5410346b60af7ad5c1e52c5f9a6d36ec576638390bae003c650', '{"rules": [{"rule": "known-exploited", "count": 1, "effect": "fail", "result": "cannot-tell"}, {"rule": "fixable-severity", "count": 1, "effect": "fail", "result": "cannot-tell"}, {"rule": "unfixed-severity", "count": 1, "effect": "warn", "result": "pass"}, {"rule": "exploit-likelihood", "count": 1, "effect": "fail", "result": "pass"}, {"rule": "no-secrets", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "no-private-keys", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "supported-operating-system", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "nothing-unread", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "advisory-data-age", "count": 1, "effect": "fail", "result": "cannot-tell"}, {"rule": "advisory-coverage", "count": 1, "effect": "fail", "result": "cannot-tell"}, {"rule": "no-root-user", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "accounts", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "setuid-files", "count": 0, "effect": "fail", "result": "pass"}, {"rule": "world-writable", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "certificates", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "misconfigurations", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "known-base", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "no-package-manager", "count": 0, "effect": "warn", "result": "pass"}, {"rule": "image-age", "count": 0, "effect": "warn", "result": "pass"}], "scope": "default", "doubts": [{"mend": "plimsoll db update (or db import), then scan again", "rule": "known-exploited", "what": "which vulnerabilities apply: no advisory database was used", "stops": true}], "engine": "plimsoll", "policy": {"name": "production", "digest": "sha256:35e77730086935381e4744006806adc409a3bc63fe3a8294af3d3f43110edaf7"}, "result": "cannot-tell", "waived": [], "warnings": [], "violations": [], "imageDigest": "sha256:0000000000000000000000000000000000000000000000000000000000000002", "endedWaivers": []}', '2026-11-21 00:00:00+00', '2026-11-21 00:00:00+00', NULL);
INSERT INTO public.waiver VALUES ('left', 'approved', 'apiVersion: plimsoll.dev/v1
kind: Waivers
waivers:
  - id: left
    finding: CVE-2026-1
    owner: shop
    reason: nobody reaches it
    expires: 2099-01-01
', 'shop', 'nobody reaches it', '2099-01-02 00:00:00+00', 'sha256:0000000000000000000000000000000000000000000000000000000000000001', NULL, 'ada@example.com', '2026-11-21 00:00:00+00', 'bob@example.com', '2026-11-22 00:00:00+00', 'yes');
SELECT pg_catalog.setval('public.host_id_seq', 1, true);
SELECT pg_catalog.setval('public.live_event_id_seq', 3, true);
SELECT pg_catalog.setval('public.package_id_seq', 4, true);
SELECT pg_catalog.setval('public.scan_job_sequence_seq', 1, true);
SELECT pg_catalog.setval('public.verdict_id_seq', 3, true);
SELECT pg_catalog.setval('public.workload_id_seq', 1, false);
ALTER TABLE ONLY public.body
    ADD CONSTRAINT body_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY public.container
    ADD CONSTRAINT container_pkey PRIMARY KEY (host, id);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (kind, name, version);
ALTER TABLE ONLY public.finding_life
    ADD CONSTRAINT finding_life_pkey PRIMARY KEY (image, finding);
ALTER TABLE ONLY public.host
    ADD CONSTRAINT host_name_key UNIQUE (name);
ALTER TABLE ONLY public.host
    ADD CONSTRAINT host_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.idempotent_answer
    ADD CONSTRAINT idempotent_answer_pkey PRIMARY KEY (identity, key);
ALTER TABLE ONLY public.image_alias
    ADD CONSTRAINT image_alias_pkey PRIMARY KEY (alias, image);
ALTER TABLE ONLY public.image_fact
    ADD CONSTRAINT image_fact_pkey PRIMARY KEY (image);
ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY public.ledger_key
    ADD CONSTRAINT ledger_key_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_node
    ADD CONSTRAINT ledger_node_pkey PRIMARY KEY (level, place);
ALTER TABLE ONLY public.ledger
    ADD CONSTRAINT ledger_pkey PRIMARY KEY (one);
ALTER TABLE ONLY public.ledger_tree_head
    ADD CONSTRAINT ledger_tree_head_pkey PRIMARY KEY (size, key);
ALTER TABLE ONLY public.live_event
    ADD CONSTRAINT live_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.log_in_attempt
    ADD CONSTRAINT log_in_attempt_pkey PRIMARY KEY (state);
ALTER TABLE ONLY public.package
    ADD CONSTRAINT package_identity_key UNIQUE (identity);
ALTER TABLE ONLY public.package_key
    ADD CONSTRAINT package_key_pkey PRIMARY KEY (key, package);
ALTER TABLE ONLY public.package
    ADD CONSTRAINT package_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.package_use
    ADD CONSTRAINT package_use_pkey PRIMARY KEY (package, image);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_known_name_key UNIQUE (known, name);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.record
    ADD CONSTRAINT record_pkey PRIMARY KEY (image);
ALTER TABLE ONLY public.registry
    ADD CONSTRAINT registry_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.scan_job
    ADD CONSTRAINT scan_job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.schema_step
    ADD CONSTRAINT schema_step_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY public.setting
    ADD CONSTRAINT setting_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.setup_link
    ADD CONSTRAINT setup_link_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_name_key UNIQUE (name);
ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.source_watch
    ADD CONSTRAINT source_watch_pkey PRIMARY KEY (source);
ALTER TABLE ONLY public.tag
    ADD CONSTRAINT tag_pkey PRIMARY KEY (repository, tag, since);
ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_digest_key UNIQUE (digest);
ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.verdict
    ADD CONSTRAINT verdict_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.waiver
    ADD CONSTRAINT waiver_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workload
    ADD CONSTRAINT workload_pkey PRIMARY KEY (id);
CREATE INDEX container_ended ON public.container USING btree (until) WHERE (until IS NOT NULL);
CREATE INDEX container_environment ON public.container USING btree (environment, image) WHERE (until IS NULL);
CREATE INDEX container_image ON public.container USING btree (image) WHERE (until IS NULL);
CREATE INDEX container_image_ids ON public.container USING gin (image_ids) WHERE (until IS NULL);
CREATE INDEX container_running ON public.container USING btree (since DESC, host, id) WHERE (until IS NULL);
CREATE INDEX container_workload ON public.container USING btree (workload) WHERE (workload IS NOT NULL);
CREATE INDEX finding_life_name ON public.finding_life USING btree (name, image);
CREATE INDEX finding_life_open ON public.finding_life USING btree (first_seen, image, finding) WHERE (gone_at IS NULL);
CREATE INDEX idempotent_answer_made ON public.idempotent_answer USING btree (made_at);
CREATE INDEX image_alias_image ON public.image_alias USING btree (image);
CREATE INDEX image_fact_team ON public.image_fact USING btree (team) WHERE (team IS NOT NULL);
CREATE INDEX ledger_entry_action ON public.ledger_entry USING btree (action, sequence);
CREATE INDEX ledger_entry_actor ON public.ledger_entry USING btree (actor_kind, actor_name, sequence);
CREATE INDEX ledger_entry_subject ON public.ledger_entry USING btree (subject_name, sequence);
CREATE INDEX ledger_entry_taken_at ON public.ledger_entry USING brin (taken_at);
CREATE INDEX live_event_at ON public.live_event USING btree (at);
CREATE INDEX live_event_order ON public.live_event USING btree (transaction, id);
CREATE INDEX package_by_name ON public.package USING btree (name, version);
CREATE INDEX package_use_image ON public.package_use USING btree (image);
CREATE INDEX record_base ON public.record USING btree (base_digest) WHERE (base_digest IS NOT NULL);
CREATE INDEX record_body ON public.record USING btree (body);
CREATE INDEX record_kept_at ON public.record USING btree (kept_at DESC, image);
CREATE INDEX record_name ON public.record USING btree (name, image);
CREATE INDEX record_size ON public.record USING btree (size_bytes, image);
CREATE UNIQUE INDEX scan_job_newest ON public.scan_job USING btree (sequence DESC);
CREATE INDEX scan_job_waiting ON public.scan_job USING btree (sequence) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX session_expires ON public.session USING btree (expires_at);
CREATE UNIQUE INDEX tag_current ON public.tag USING btree (repository, tag) WHERE (until IS NULL);
CREATE INDEX tag_image ON public.tag USING btree (image);
CREATE UNIQUE INDEX verdict_current ON public.verdict USING btree (image, scope) WHERE (until IS NULL);
CREATE INDEX verdict_history ON public.verdict USING btree (image, scope, since DESC);
CREATE INDEX verdict_result ON public.verdict USING btree (scope, result, image) WHERE (until IS NULL);
CREATE INDEX verdict_since ON public.verdict USING btree (since DESC, id DESC);
CREATE INDEX waiver_expires ON public.waiver USING btree (expires_at) WHERE (state = 'approved'::text);
CREATE INDEX waiver_state ON public.waiver USING btree (state, requested_at DESC, id);
CREATE UNIQUE INDEX workload_current ON public.workload USING btree (host, namespace, kind, name) WHERE (until IS NULL);
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.ledger FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.ledger ENABLE ALWAYS TRIGGER never_emptied;
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.ledger_entry ENABLE ALWAYS TRIGGER never_emptied;
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.ledger_key FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.ledger_key ENABLE ALWAYS TRIGGER never_emptied;
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.ledger_node FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.ledger_node ENABLE ALWAYS TRIGGER never_emptied;
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.ledger_tree_head FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.ledger_tree_head ENABLE ALWAYS TRIGGER never_emptied;
CREATE TRIGGER only_grows BEFORE DELETE OR UPDATE ON public.ledger FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.ledger ENABLE ALWAYS TRIGGER only_grows;
CREATE TRIGGER only_grows BEFORE DELETE OR UPDATE ON public.ledger_entry FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.ledger_entry ENABLE ALWAYS TRIGGER only_grows;
CREATE TRIGGER only_grows BEFORE DELETE OR UPDATE ON public.ledger_key FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.ledger_key ENABLE ALWAYS TRIGGER only_grows;
CREATE TRIGGER only_grows BEFORE DELETE OR UPDATE ON public.ledger_node FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.ledger_node ENABLE ALWAYS TRIGGER only_grows;
CREATE TRIGGER only_grows BEFORE DELETE OR UPDATE ON public.ledger_tree_head FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.ledger_tree_head ENABLE ALWAYS TRIGGER only_grows;
ALTER TABLE ONLY public.container
    ADD CONSTRAINT container_host_fkey FOREIGN KEY (host) REFERENCES public.host(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.container
    ADD CONSTRAINT container_workload_fkey FOREIGN KEY (workload) REFERENCES public.workload(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.image_alias
    ADD CONSTRAINT image_alias_image_fkey FOREIGN KEY (image) REFERENCES public.record(image) ON DELETE CASCADE;
ALTER TABLE ONLY public.image_fact
    ADD CONSTRAINT image_fact_image_fkey FOREIGN KEY (image) REFERENCES public.record(image) ON DELETE CASCADE;
ALTER TABLE ONLY public.ledger_tree_head
    ADD CONSTRAINT ledger_tree_head_key_fkey FOREIGN KEY (key) REFERENCES public.ledger_key(id);
ALTER TABLE ONLY public.package_key
    ADD CONSTRAINT package_key_package_fkey FOREIGN KEY (package) REFERENCES public.package(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.package_use
    ADD CONSTRAINT package_use_image_fkey FOREIGN KEY (image) REFERENCES public.record(image) ON DELETE CASCADE;
ALTER TABLE ONLY public.package_use
    ADD CONSTRAINT package_use_package_fkey FOREIGN KEY (package) REFERENCES public.package(id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_owner_fkey FOREIGN KEY (owner) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.workload
    ADD CONSTRAINT workload_host_fkey FOREIGN KEY (host) REFERENCES public.host(id) ON DELETE CASCADE;
