import type { Recipe } from './recipe.ts';

/** Images whose layers do to each other what layers can do, and one that carries what it should not. */
export const oddities: readonly Recipe[] = [
  {
    name: 'layers',
    revision: 1,
    summary: 'whiteouts, opaque folders, links, devices, capabilities, owners, odd names, made by RUN steps',
    bases: ['debian'],
    needs: [],
    context: async (build) => {
      build.write('tree/a/one.txt', 'one\n');
      build.write('tree/a/two.txt', 'two\n');
      build.write('tree/a/deep/er/three.txt', 'three\n');
      build.write('tree/b/four.txt', 'four\n');
      build.write('tree/to-dir', 'a file that becomes a folder\n');
      build.write('tree/to-file/inner.txt', 'a folder that becomes a file\n');
      build.write('tree/to-link/inner.txt', 'a folder that becomes a link\n');
      build.write('over/a/two.txt', 'two, replaced\n');
      build.write('over/c/new.txt', 'new\n');
    },
    dockerfile: `FROM {{debian}}
RUN apt-get update && apt-get install -y --no-install-recommends libcap2-bin && rm -rf /var/lib/apt/lists/*
COPY tree /data
RUN rm /data/a/one.txt && rm -rf /data/b
RUN rm -rf /data/a/deep && mkdir /data/a/deep && echo fresh > /data/a/deep/fresh.txt
COPY over /data
RUN rm /data/to-dir && mkdir /data/to-dir && echo x > /data/to-dir/x && rm -rf /data/to-file && echo file > /data/to-file && rm -rf /data/to-link && ln -s a /data/to-link
RUN echo through > /data/to-link/through.txt
RUN mkdir /links && echo shared > /links/first && ln /links/first /links/second && ln -s first /links/soft && ln -s ../../../../etc/passwd /links/up && ln -s /links/loop-b /links/loop-a && ln -s /links/loop-a /links/loop-b && ln -s nowhere /links/dangling
RUN ln /links/second /links/third && rm /links/first
RUN echo changed >> /links/second
RUN mknod /data/null c 1 3 && mknod /data/loop b 7 0 && mkfifo /data/pipe && chmod 640 /data/null
RUN cp /bin/true /usr/local/bin/suid && chmod 4755 /usr/local/bin/suid && cp /bin/true /usr/local/bin/sgid && chmod 2755 /usr/local/bin/sgid && cp /bin/true /usr/local/bin/capable && setcap cap_net_bind_service,cap_net_raw+ep /usr/local/bin/capable
RUN mkdir /owners && echo a > /owners/high && chown 2000000:3000000 /owners/high && mkdir -m 1777 /owners/sticky && mkdir -m 000 /owners/none && chown -h 12345:54321 /links/soft
RUN truncate -s 20M /data/sparse && printf end >> /data/sparse && mkdir -p "/data/$(printf 'n%.0s' $(seq 1 200))/$(printf 'm%.0s' $(seq 1 200))" && echo long > "/data/$(printf 'n%.0s' $(seq 1 200))/$(printf 'm%.0s' $(seq 1 200))/$(printf 'o%.0s' $(seq 1 120))"
RUN cd /data && echo u > 'größe Ⅷ.txt' && echo n > "$(printf 'new\\nline')" && echo b > "$(printf 'bytes-\\377')" && echo s > ' leading and trailing ' && touch -d '1969-12-31 23:59:59' before-epoch && touch -d '2100-01-01' future
RUN chmod 700 /data/a && chmod g+s /data/c && touch /data/.wh-not && rm -rf /usr/share/doc /usr/share/man && mkdir /usr/share/doc
RUN rm -rf /data/c && mkdir /data/c && rm -rf /owners/sticky
CMD ["bash"]
`,
  },
  {
    name: 'careless',
    revision: 2,
    summary:
      'root user, secrets in ENV, layers and a deleted file, keys, world-writable places, certificates, empty passwords',
    bases: ['debian'],
    needs: ['openssl', 'ssh-keygen'],
    context: async (build) => {
      await build.run('openssl', [
        'req',
        '-x509',
        '-newkey',
        'rsa:1024',
        '-nodes',
        '-keyout',
        'tls.key',
        '-out',
        'tls.crt',
        '-days',
        '1',
        '-subj',
        '/CN=Test CA',
      ]);
      await build.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'deploy', '-f', 'id_ed25519']);
      // Of the right shape (16 digits of base 32) and of no one's account; put together here so that no scanner takes this file for a leak.
      build.write(
        'aws.ini',
        `[default]\naws_access_key_id = ${'AKIA'}${'2EZAQF3BW44CR7VI'}\naws_secret_access_key = ${'wJalrXUtnFEMI'}/K7MDENG/bPxRfiCY${'ZQ3yVtB8kL'}\n`,
      );
      build.write('config.env', `DATABASE_URL=postgres://${'ledger'}:${'h4rb0ur-Pa55'}@db.internal:5432/ledger\n`);
    },
    dockerfile: `FROM {{debian}}
ARG BUILD_TOKEN=b7c1e6f0a9d84c55
ENV ADMIN_PASSWORD=Tr0ub4dor-and-3
COPY id_ed25519 /root/.ssh/id_ed25519
COPY aws.ini /root/.aws/credentials
COPY tls.key tls.crt /etc/ssl/private/
COPY config.env /app/.env
LABEL team=web registry.password=Gr4nite-Quay-77
RUN rm /root/.aws/credentials
RUN mkdir -m 777 /srv/drop && chmod 666 /etc/hosts.allow 2>/dev/null; useradd -o -u 0 -m toor; useradd -m guest && passwd -d guest; apt-get update
EXPOSE 22 8080
`,
  },
];
