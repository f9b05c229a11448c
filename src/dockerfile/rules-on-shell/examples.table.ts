/** Texts that each rule finds something in, with what it points at and says, and texts that it passes over. */
export const examples: Readonly<
  Record<
    string,
    { readonly finds: readonly (readonly [text: string, ...found: string[]])[]; readonly passes: readonly string[] }
  >
> = {
  'valid-shell': {
    finds: [
      [
        'if a; then b',
        'SC1072 SC1073 SC1009 SC1035 SC1036 SC1046 SC1047 SC1056 SC1061 SC1062 SC1064 SC1070 SC1088 SC1089 “”: sh can’t read this: expected fi, found the end',
      ],
      [
        "echo 'a",
        "SC1072 SC1073 SC1009 SC1035 SC1036 SC1046 SC1047 SC1056 SC1061 SC1062 SC1064 SC1070 SC1088 SC1089 “”: sh can’t read this: expected a closing ', found the end",
      ],
      [
        'a && ; b',
        'SC1072 SC1073 SC1009 SC1035 SC1036 SC1046 SC1047 SC1056 SC1061 SC1062 SC1064 SC1070 SC1088 SC1089 “;”: sh can’t read this: expected a command after &&, found “; b”',
      ],
      [
        'if [a = b]; then c; fi',
        'SC1072 SC1073 SC1009 SC1035 SC1036 SC1046 SC1047 SC1056 SC1061 SC1062 SC1064 SC1070 SC1088 SC1089 “[a = b]”: [a is no test: [ is a command',
      ],
      [
        '[ a = b] && c',
        'SC1072 SC1073 SC1009 SC1035 SC1036 SC1046 SC1047 SC1056 SC1061 SC1062 SC1064 SC1070 SC1088 SC1089 “[ a = b]”: this [ has no ] as its last argument',
      ],
      [
        "bash -c 'if a'",
        'SC1072 SC1073 SC1009 SC1035 SC1036 SC1046 SC1047 SC1056 SC1061 SC1062 SC1064 SC1070 SC1088 SC1089 “”: bash can’t read this: expected then, found the end',
      ],
    ],
    passes: ['if a; then b; fi', '[ a = b ] && c'],
  },
  'shell-has-it': {
    finds: [
      [
        'diff <(a) <(b)',
        'SC3001 “<(a)”: sh has no process substitution',
        'SC3001 “<(b)”: sh has no process substitution',
      ],
      ['[[ -f a ]]', 'SC3010 “[[”: sh has no [[ … ]]'],
      ['a &> b', 'SC3020 “&>”: sh has no &>'],
      ['x=(1 2); echo "${x[0]}"', 'SC3030 “(1 2)”: sh has no arrays', 'SC3054 “${x[0]}”: sh has no arrays'],
      ['source a', 'SC3046 “source a”: sh has no source'],
      ['cp a{,.bak}', 'SC3009 “a{,.bak}”: sh has no brace expansion'],
      ['[ a == b ]', 'SC3014 “[ a == b ]”: sh has no == in tests'],
      ['set -o pipefail && a', 'SC3040 “set -o pipefail”: sh has no pipefail in every image'],
      [
        'echo ${x/a/b} ${x:1:2} ${x^}',
        'SC3060 “${x/a/b}”: sh has no ${name/from/to}',
        'SC3057 “${x:1:2}”: sh has no ${name:from:length}',
        'SC3059 “${x^}”: sh has no ${name^}',
      ],
      ['read -p a b', 'SC3045 “read -p a b”: sh has no read -p'],
      ['trap a ERR', 'SC3047 “trap a ERR”: sh has no trap for ERR'],
      ['function f { a; }; f', 'SC2113 “function”: sh has no function'],
      ['a <<< b', 'SC3011 “<<<”: sh has no <<<'],
      ['[ a < b ]', 'SC3012 “[ a < b ]”: sh has no < and > in tests, but redirections'],
      ['a |& b', 'SC3029 “|&”: sh has no |&'],
      ['for ((i=0;i<3;i++)); do a; done', 'SC3005 “for ((i=0;i<3;i++))”: sh has no for ((…))'],
    ],
    passes: [
      'FROM a\nSHELL ["/bin/bash", "-c"]\nRUN [[ -f a ]] && cp a{,.bak} && source b',
      "bash -c '[[ -f a ]]'",
      '[ -f a ]',
      'find . -exec a {} \\;',
      '. a',
    ],
  },
  'no-piped-installers': {
    finds: [
      ['curl -sSL https://a.io/i.sh | sh', '“curl -sSL https://a.io/i.sh | sh”: sh runs whatever curl is sent'],
      [
        'wget -qO- https://a.io | sudo -E bash -s -- -y',
        '“wget -qO- https://a.io | sudo -E bash -s -- -y”: bash runs whatever wget is sent',
      ],
      [
        'bash -c "$(curl -fsSL https://a.io)"',
        '“bash -c "$(curl -fsSL https://a.io)"”: bash runs whatever curl is sent',
      ],
      [
        'FROM a\nSHELL ["/bin/bash", "-c"]\nRUN bash <(curl https://a.io) && . <(wget -O- b)',
        '“bash <(curl https://a.io)”: bash runs whatever curl is sent',
        '“. <(wget -O- b)”: . runs whatever wget is sent',
      ],
      ['eval "$(curl https://a.io)"', '“eval "$(curl https://a.io)"”: eval runs whatever curl is sent'],
      [
        'curl https://a.io | tee x | python3 -',
        '“curl https://a.io | tee x | python3 -”: python3 runs whatever curl is sent',
      ],
      ['(curl a; curl b) | sh', '“curl a; curl b) | sh”: sh runs whatever curl is sent'],
    ],
    passes: [
      'curl https://a.io -o i.sh && sha256sum -c i && sh i.sh',
      'curl https://a.io | python3 -m json.tool',
      'curl a | jq .',
      'cat a | sh',
      'curl a | sh x.sh',
      "curl a | grep b | awk '{print}'",
    ],
  },
  'verified-downloads': {
    finds: [
      [
        'curl -fsSLO https://a.io/x.tgz && tar xf x.tgz',
        '“curl -fsSLO https://a.io/x.tgz”: nothing checks that what comes from a.io is what was meant',
      ],
      [
        'wget http://a.io/x.tgz',
        '“wget http://a.io/x.tgz”: anyone on the way can change what comes from a.io, and nothing checks it',
      ],
      [
        'curl -L https://u:p@a.io/x | tar xz',
        '“curl -L https://u:p@a.io/x”: nothing checks that what comes from a.io is what was meant',
      ],
      [
        'curl https://a.io/x > /usr/bin/x',
        '“curl https://a.io/x”: nothing checks that what comes from a.io is what was meant',
      ],
      [
        'curl https://a.io/k | gpg --dearmor > /k',
        '“curl https://a.io/k”: nothing checks that what comes from a.io is what was meant',
      ],
    ],
    passes: [
      'curl -O https://a.io/x && echo "$SUM x" | sha256sum -c',
      'wget https://a.io/x https://a.io/x.asc && gpg --verify x.asc',
      'curl https://a.io/health',
      'curl -o /dev/null https://a.io',
      'curl -I https://a.io',
      'curl https://a.io | sh',
      'curl localhost:80 -o x',
    ],
  },
  'checked-certificates': {
    finds: [
      ['curl -kL https://a.io -o b', '“-kL”: curl -kL turns off the check of who sent this'],
      [
        'wget --no-check-certificate https://a.io',
        '“--no-check-certificate”: wget --no-check-certificate turns off the check of who sent this',
      ],
      [
        'pip install --trusted-host a.io b',
        '“--trusted-host”: pip --trusted-host turns off the check of who sent this',
      ],
      [
        'npm config set strict-ssl false',
        '“npm config set strict-ssl false”: npm turns off the check of who sent this',
      ],
      [
        'git config --global http.sslVerify false',
        '“git config --global http.sslVerify false”: git turns off the check of who sent this',
      ],
      [
        'git -c http.sslVerify=false clone a',
        '“git -c http.sslVerify=false clone a”: git turns off the check of who sent this',
      ],
      [
        'apt-get install -y --allow-unauthenticated a',
        '“--allow-unauthenticated”: apt-get --allow-unauthenticated turns off the check of who sent this',
      ],
      [
        'NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci',
        '“NODE_TLS_REJECT_UNAUTHORIZED”: NODE_TLS_REJECT_UNAUTHORIZED turns off the check of who sent this',
      ],
      [
        'export GIT_SSL_NO_VERIFY=1 && a',
        '“GIT_SSL_NO_VERIFY=”: GIT_SSL_NO_VERIFY turns off the check of who sent this',
      ],
      [
        'apk add --allow-untrusted a.apk',
        '“--allow-untrusted”: apk --allow-untrusted turns off the check of who sent this',
      ],
      ['yum install -y --nogpgcheck a', '“--nogpgcheck”: yum --nogpgcheck turns off the check of who sent this'],
      ['env GOSUMDB=off go get a', '“GOSUMDB=off”: GOSUMDB turns off the check of who sent this'],
      [
        'python3 -m pip install --trusted-host=a b',
        '“--trusted-host=a”: python3 --trusted-host=a turns off the check of who sent this',
      ],
    ],
    passes: [
      'curl -fsSL https://a.io -o k',
      'npm config set strict-ssl true',
      'GIT_SSL_NO_VERIFY=0 git clone a',
      'echo --no-check-certificate',
    ],
  },
  'pinned-packages': {
    finds: [
      [
        'apt-get install -y curl git=1:2 wget/stable ./a.deb',
        'DL3008 “apt-get install -y curl git=1:2 wget/stable ./a.deb”: apt-get install takes whatever version is newest of curl',
      ],
      [
        'apk add --no-cache a b=1 c~2 d@edge .e=1',
        'DL3018 “apk add --no-cache a b=1 c~2 d@edge .e=1”: apk add takes whatever version is newest of a and d@edge',
      ],
      [
        "pip install requests 'flask>=2' x[y]==1 git+https://a/b git+https://a/b@v1 https://a/b.whl",
        "DL3013 “pip install requests 'flask>=2' x[y]==1 git+https://a/b git+https://a/b@v1 https://a/b.whl”: pip install takes whatever version is newest of requests and git+https://a/b",
      ],
      [
        'python3 -m pip install -U pip',
        'DL3013 “python3 -m pip install -U pip”: pip install takes whatever version is newest of pip',
      ],
      [
        'npm install -g a b@1 @c/d @c/d@2 e@latest f/g f/g#v1',
        'DL3016 “npm install -g a b@1 @c/d @c/d@2 e@latest f/g f/g#v1”: npm install takes whatever version is newest of a, @c/d, e@latest and f/g',
      ],
      [
        'yarn add a && yarn global add b',
        '“yarn add a”: yarn add takes whatever version is newest of a',
        '“yarn global add b”: yarn global add takes whatever version is newest of b',
      ],
      ['pnpm add a', '“pnpm add a”: pnpm add takes whatever version is newest of a'],
      ['gem install a b:1', 'DL3028 “gem install a b:1”: gem install takes whatever version is newest of a'],
      [
        'gem install a -- --with-b=c',
        'DL3028 “gem install a -- --with-b=c”: gem install takes whatever version is newest of a',
      ],
      [
        'go install a.io/b@latest c.io/d@v1 ./e',
        'DL3062 “go install a.io/b@latest c.io/d@v1 ./e”: go install takes whatever version is newest of a.io/b@latest',
      ],
      ['go get a.io/b', 'DL3062 “go get a.io/b”: go get takes whatever version is newest of a.io/b'],
      [
        'yum install -y a b-1.2 c-devel',
        'DL3033 “yum install -y a b-1.2 c-devel”: yum install takes whatever version is newest of a and c-devel',
      ],
      ['dnf install -y a', 'DL3041 “dnf install -y a”: dnf install takes whatever version is newest of a'],
      ['microdnf install a', 'DL3041 “microdnf install a”: microdnf install takes whatever version is newest of a'],
      ['zypper -n in a b=1', 'DL3037 “zypper -n in a b=1”: zypper in takes whatever version is newest of a'],
      ['cargo install a', '“cargo install a”: cargo install takes whatever version is newest of a'],
      [
        "PKGS='a b=1'; apt-get install -y $PKGS",
        'DL3008 “apt-get install -y $PKGS”: apt-get install takes whatever version is newest of a',
      ],
      [
        'FROM a\nENV PKGS="a b=1"\nRUN apt-get install -y $PKGS',
        'DL3008 “apt-get install -y $PKGS”: apt-get install takes whatever version is newest of a',
      ],
      [
        'apt-get install -y $PKGS',
        'DL3008 “apt-get install -y $PKGS”: apt-get install takes whatever version is newest of $PKGS',
      ],
      [
        'sudo -E apt-get -qq install -y a',
        'DL3008 “apt-get -qq install -y a”: apt-get install takes whatever version is newest of a',
      ],
      [
        'yum module install -y a b:1',
        'DL3033 “yum module install -y a b:1”: yum module install takes whatever version is newest of a',
      ],
    ],
    passes: [
      'apt-get install -y curl=7.88',
      'apt-get update && apt-get upgrade -y',
      'pip install -r requirements.txt',
      'pip install -c c.txt a',
      'pip install .',
      'npm ci',
      'npm install',
      'gem install a -v 1',
      'cargo install a --version 1',
      'apt-get install -y $A=1',
      'yum install -y a.rpm',
      'apt-get install',
      'go run main.go',
      'echo apt-get install a',
    ],
  },
  'pinned-clones': {
    finds: [
      ['git clone https://a.io/b/c.git', '“git clone https://a.io/b/c.git”: git clone takes c as it is at that moment'],
      [
        'git clone --depth 1 -b main https://a.io/b',
        '“git clone --depth 1 -b main https://a.io/b”: git clone takes b as it is at that moment',
      ],
      [
        'cd x && git -C y clone https://a.io/b',
        '“git -C y clone https://a.io/b”: git clone takes b as it is at that moment',
      ],
    ],
    passes: [
      'git clone -b v1.2 https://a.io/b',
      'git clone https://a.io/b && cd b && git checkout 1a2b3c',
      'git pull',
      'git clone /local/a',
    ],
  },
  'no-malicious-packages': {
    finds: [
      ['pip install 3web-py', '“3web-py”: 3web-py is on the list of malicious packages: MAL-2024-9934'],
      [
        'pip3 install a 3web-py==1.0.0',
        '“3web-py==1.0.0”: 3web-py is on the list of malicious packages: MAL-2024-9934',
      ],
    ],
    passes: ['pip install 3web', 'pip install 3web-py==2.0.0', 'npm install 3web-py', 'pip install ./3web-py'],
  },
  'look-alike-packages': {
    finds: [
      ['pip install reqeusts==1', '“reqeusts==1”: reqeusts looks like requests, and is not it'],
      [
        'npm install crossenv@1 expresss@1',
        '“crossenv@1”: crossenv looks like cross-env, and is not it',
        '“expresss@1”: expresss looks like express, and is not it',
      ],
      ['gem install nokogirl:1', '“nokogirl:1”: nokogirl looks like nokogiri, and is not it'],
      [
        'pip install djang0==1 scikitlearn==1',
        '“djang0==1”: djang0 looks like django, and is not it',
        '“scikitlearn==1”: scikitlearn looks like scikit-learn, and is not it',
      ],
      ['cargo install ripgrepp --version 1', '“ripgrepp”: ripgrepp looks like ripgrep, and is not it'],
    ],
    passes: [
      'pip install requests==1 Flask==2 psycopg==3 pyaml==1',
      'npm install cross-env@1 preact@1',
      'apt-get install -y reqeusts=1',
      'pip install abcd==1',
      'pip install typing_extensions==4',
    ],
  },
  'locked-dependencies': {
    finds: [
      ['npm install', '“npm install”: npm install changes the lock file where it does not fit'],
      ['npm i --production', '“npm i --production”: npm install changes the lock file where it does not fit'],
      ['yarn', '“yarn”: yarn changes the lock file where it does not fit'],
      ['yarn install', '“yarn install”: yarn changes the lock file where it does not fit'],
      ['pnpm install', '“pnpm install”: pnpm changes the lock file where it does not fit'],
      [
        'pip install -r requirements.txt',
        '“pip install -r requirements.txt”: pip takes what the index has now for what the requirements leave open',
      ],
      ['bundle install', '“bundle install”: bundle install changes the lock file where it does not fit'],
      [
        'cargo build --release',
        '“cargo build --release”: cargo build takes other versions than the lock file where it does not fit',
      ],
      ['composer update', '“composer update”: composer update passes over the lock file'],
      ['npm update', '“npm update”: npm update passes over the lock file'],
    ],
    passes: [
      'npm ci',
      'npm install -g a@1',
      'yarn install --frozen-lockfile',
      'yarn install --immutable',
      'pnpm install --frozen-lockfile',
      'pip install --require-hashes -r r.txt',
      'FROM a\nENV BUNDLE_FROZEN=true\nRUN bundle install',
      'cargo build --locked',
    ],
  },
  'no-secrets-in-commands': {
    finds: [
      [
        'curl -u me:s3cret https://a.io',
        '“me:s3cret”: a secret stands in this command, and so in the history of the image',
      ],
      [
        'git clone https://me:t0ken@a.io/b',
        '“https://me:t0ken@a.io/b”: a secret stands in this command, and so in the history of the image',
      ],
      ['docker login -u a -p s3cret', '“s3cret”: a secret stands in this command, and so in the history of the image'],
      [
        "curl -H 'Authorization: Bearer abcdef' https://a.io",
        "“'Authorization: Bearer abcdef'”: a secret stands in this command, and so in the history of the image",
      ],
      [
        'npm config set //r.io/:_authToken abc123',
        '“abc123”: a secret stands in this command, and so in the history of the image',
      ],
      [
        'DB_PASSWORD=hunter22 ./setup',
        '“DB_PASSWORD=hunter22”: DB_PASSWORD is given in this command, and so is in the history of the image',
      ],
      [
        'export API_KEY=abcdef12',
        '“API_KEY=abcdef12”: API_KEY is given in this command, and so is in the history of the image',
      ],
      ['echo root:pass | chpasswd', '“root:pass”: a secret stands in this command, and so in the history of the image'],
      [
        'FROM a\nARG TOKEN\nRUN curl -H "Authorization: Bearer $TOKEN" https://a.io',
        '“"Authorization: Bearer $TOKEN"”: TOKEN comes from ARG or ENV, and so is in the history of the image',
      ],
      [
        'aws configure set aws_secret_access_key abc',
        '“abc”: a secret stands in this command, and so in the history of the image',
      ],
      [
        'pip install --index-url https://u:p@a.io/s b==1',
        '“https://u:p@a.io/s”: a secret stands in this command, and so in the history of the image',
      ],
      ['mysql -uroot -psecret', '“-psecret”: a secret stands in this command, and so in the history of the image'],
    ],
    passes: [
      'curl https://a.io',
      'curl -u me https://a.io',
      'PASSWORD_FILE=/run/secrets/p a',
      'curl -H "Authorization: Bearer $(cat /run/secrets/t)" https://a.io',
      'mkdir -p a',
      'PASSWORD=$P a',
      'git clone https://a.io/docker_auth /x/docker_auth',
      'ssh-keygen -p',
    ],
  },
  'no-sudo': {
    finds: [
      [
        'sudo apt-get update',
        'DL3004 “sudo apt-get update”: sudo in a build: what runs as root needs none, what does not should not',
      ],
      ['sudo -u a b', 'DL3004 “sudo -u a b”: sudo in a build: what runs as root needs none, what does not should not'],
      ['a && sudo c', 'DL3004 “sudo c”: sudo in a build: what runs as root needs none, what does not should not'],
    ],
    passes: ['apt-get install -y sudo=1', 'echo sudo'],
  },
  'no-open-modes': {
    finds: [
      ['chmod 777 /a', '“chmod 777 /a”: mode 777 lets everyone write'],
      ['chmod -R a+w /a', '“chmod -R a+w /a”: mode a+w lets everyone write'],
      ['chmod 0666 a', '“chmod 0666 a”: mode 0666 lets everyone write'],
      ['mkdir -m 777 a', '“mkdir -m 777 a”: mode 777 lets everyone write'],
      ['chmod u+s a', '“chmod u+s a”: mode u+s runs it as its owner, whoever starts it'],
      ['chmod 4755 a', '“chmod 4755 a”: mode 4755 runs it as its owner, whoever starts it'],
      ['install -m 2777 a b', '“install -m 2777 a b”: mode 2777 lets everyone write'],
      ['chmod o=rwx a', '“chmod o=rwx a”: mode o=rwx lets everyone write'],
      ['find . -exec chmod 777 {} +', '“chmod 777 {}”: mode 777 lets everyone write'],
    ],
    passes: [
      'chmod 755 a',
      'chmod +x a',
      'chmod 1777 /tmp',
      'chmod g+w a',
      'chmod g+s a',
      'chmod --reference=a b',
      'mkdir a',
    ],
  },
  'no-ssh-server': {
    finds: [
      [
        'apt-get install -y openssh-server=1',
        '“openssh-server=1”: openssh-server lets people log in past everything that is recorded',
      ],
      ['apk add --no-cache openssh=9', '“openssh=9”: openssh lets people log in past everything that is recorded'],
      ['ssh-keygen -A', '“ssh-keygen -A”: host keys made in a build are the same in every container'],
    ],
    passes: [
      'apt-get install -y openssh-client=1',
      'apk add openssh-client=1',
      'dnf install -y openssh-1',
      'ssh-keygen -t ed25519 -f k',
    ],
  },
  'no-host-commands': {
    finds: [
      ['ps aux', 'DL3001 “ps aux”: ps lists processes, and there are none but this RUN’s'],
      ['service nginx start', 'DL3001 “service nginx start”: service starts a service that is gone with the RUN'],
      ['systemctl start a', '“systemctl start a”: systemctl speaks to an init that does not run in a build'],
      ['vim a', 'DL3001 “vim a”: vim edits, and nobody is there to type'],
    ],
    passes: ['apt-get install -y vim=1', 'systemctl enable a', 'which ssh'],
  },
  'no-system-upgrade': {
    finds: [
      [
        'apt-get update && apt-get -y dist-upgrade',
        'DL3005 “apt-get -y dist-upgrade”: apt-get dist-upgrade upgrades every package of the base image',
      ],
      ['apt-get upgrade -y', '“apt-get upgrade -y”: apt-get upgrade upgrades every package of the base image'],
      ['apk upgrade', 'DL3017 “apk upgrade”: apk upgrade upgrades every package of the base image'],
      ['yum -y update', 'DL3031 “yum -y update”: yum update upgrades every package of the base image'],
      ['dnf upgrade -y', 'DL3039 “dnf upgrade -y”: dnf upgrade upgrades every package of the base image'],
      ['zypper -n dup', 'DL3035 “zypper -n dup”: zypper dup upgrades every package of the base image'],
    ],
    passes: ['apt-get install -y --only-upgrade a=1', 'dnf upgrade -y a', 'apk add a=1', 'npm update'],
  },
  'stable-package-tool': {
    finds: [
      [
        'apt update && apt install -y a',
        'DL3027 “apt update”: apt is made for people, and changes between releases',
        'DL3027 “apt install -y a”: apt is made for people, and changes between releases',
      ],
      ['apt list', 'DL3027 “apt list”: apt is made for people, and changes between releases'],
    ],
    passes: ['apt-get update', 'apt-cache policy a'],
  },
  'unattended-install': {
    finds: [
      ['apt-get install a=1', 'DL3014 “apt-get install a=1”: apt-get install would ask, and nobody is there to answer'],
      ['yum install a-1', 'DL3030 “yum install a-1”: yum install would ask, and nobody is there to answer'],
      ['dnf install a-1', 'DL3038 “dnf install a-1”: dnf install would ask, and nobody is there to answer'],
      ['zypper install a=1', 'DL3034 “zypper install a=1”: zypper install would ask, and nobody is there to answer'],
      ['apt-get upgrade', '“apt-get upgrade”: apt-get upgrade would ask, and nobody is there to answer'],
      [
        'apt-get -q install a=1',
        'DL3014 “apt-get -q install a=1”: apt-get install would ask, and nobody is there to answer',
      ],
    ],
    passes: [
      'apt-get install -y a=1',
      'apt-get -qq install a=1',
      'apt-get install -q=2 a=1',
      'yes | apt-get install a=1',
      'zypper -n in a=1',
      'apk add a=1',
      'apt-get update',
      'apt-get -o APT::Get::Assume-Yes=true install a=1',
    ],
  },
  'no-recommended-packages': {
    finds: [
      [
        'apt-get install -y a=1',
        'DL3015 “apt-get install -y a=1”: apt-get install also installs what is only recommended',
      ],
    ],
    passes: [
      'apt-get install -y --no-install-recommends a=1',
      'apt-get -o APT::Install-Recommends=0 install -y a=1',
      'apk add a=1',
    ],
  },
  'no-package-caches': {
    finds: [
      [
        'apt-get update && apt-get install -y a=1',
        'DL3009 “apt-get update”: apt-get update leaves the lists of packages in /var/lib/apt/lists',
      ],
      ['apk add a=1', 'DL3019 “apk add a=1”: apk add leaves the index of packages in /var/cache/apk'],
      ['yum install -y a-1', 'DL3032 “yum install -y a-1”: yum install leaves packages and metadata in /var/cache/yum'],
      ['dnf install -y a-1', 'DL3040 “dnf install -y a-1”: dnf install leaves packages and metadata in /var/cache/dnf'],
      ['zypper -n in a=1', 'DL3036 “zypper -n in a=1”: zypper in leaves packages and metadata in /var/cache/zypp'],
      ['pip install a==1', 'DL3042 “pip install a==1”: pip install leaves wheels and archives in ~/.cache/pip'],
      ['yarn install', 'DL3060 “yarn install”: yarn install leaves archives of packages in its cache'],
      ['npm ci', '“npm ci”: npm ci leaves archives of packages in ~/.npm'],
      [
        'apt-get update && apt-get clean',
        'DL3009 “apt-get update”: apt-get update leaves the lists of packages in /var/lib/apt/lists',
      ],
      [
        'FROM a AS b\nRUN apt-get update\nFROM b\nRUN x',
        'DL3009 “apt-get update”: apt-get update leaves the lists of packages in /var/lib/apt/lists',
      ],
    ],
    passes: [
      'apt-get update && rm -rf /var/lib/apt/lists/*',
      'apt-get update && rm -rf /var/lib/apt',
      'apk add --no-cache a=1',
      'apk add a=1 && rm -rf /var/cache/apk/*',
      'dnf install -y a-1 && dnf clean all',
      'microdnf install -y a-1 && microdnf clean all',
      'yum install -y a-1 && rm -rf /var/cache/yum',
      'pip install --no-cache-dir a==1',
      'PIP_NO_CACHE_DIR=1 pip install a==1',
      'export PIP_NO_CACHE_DIR=1; pip install a==1',
      'FROM a\nENV PIP_NO_CACHE_DIR=1\nRUN pip install a==1',
      'FROM a\nRUN --mount=type=cache,target=/root/.cache/pip pip install a==1',
      'npm ci && npm cache clean --force',
      'FROM a AS b\nRUN apt-get update\nFROM c\nRUN x',
      'pip install a==1 && rm -rf ~/.cache',
    ],
  },
  'no-developer-tools': {
    finds: [
      [
        'apt-get install -y gcc=1 make=1 libssl-dev=1 curl=1',
        '“apt-get install -y gcc=1 make=1 libssl-dev=1 curl=1”: gcc, make and libssl-dev stay in the image, and only builds need them',
      ],
      [
        'apk add --no-cache build-base=1',
        '“apk add --no-cache build-base=1”: build-base stays in the image, and only builds need it',
      ],
    ],
    passes: [
      'apk add --no-cache --virtual .d build-base && make && apk del .d',
      'apt-get install -y gcc=1 && apt-get purge -y gcc',
      'FROM a AS b\nRUN apk add gcc=1\nFROM c\nRUN x',
      'apt-get install -y curl=1',
    ],
  },
  'one-downloader': {
    finds: [
      ['curl a -o b && wget -q c', 'DL4001 “wget -q c”: wget downloads here, curl elsewhere in the stage'],
      [
        'FROM a\nRUN curl b\nRUN wget -q c\nRUN d',
        'DL4001 “wget -q c”: wget downloads here, curl elsewhere in the stage',
      ],
    ],
    passes: ['curl a && curl b', 'FROM a\nRUN curl b\nFROM c\nRUN wget -q d', 'apt-get install curl wget'],
  },
  'quiet-wget': {
    finds: [
      ['wget https://a.io', 'DL3047 “wget https://a.io”: wget draws its progress into the log'],
      ['wget -O a https://a.io', 'DL3047 “wget -O a https://a.io”: wget draws its progress into the log'],
    ],
    passes: [
      'wget -q https://a.io',
      'wget -nv https://a.io',
      'wget -qO- https://a.io',
      'wget --progress=dot:giga https://a.io',
      'wget -o log https://a.io',
      'wget --version',
    ],
  },
  'low-user-number': {
    finds: [
      [
        'useradd -u 1000000 a',
        'DL3046 “useradd -u 1000000 a”: useradd makes login records up to number 1000000, which fill a layer',
      ],
      [
        'useradd --uid=1000000 a',
        'DL3046 “useradd --uid=1000000 a”: useradd makes login records up to number 1000000, which fill a layer',
      ],
    ],
    passes: ['useradd -l -u 1000000 a', 'useradd -lu 1000000 a', 'useradd -u 65532 a', 'useradd a'],
  },
  'shell-instruction': {
    finds: [
      [
        'ln -sf /bin/bash /bin/sh',
        'DL4005 “ln -sf /bin/bash /bin/sh”: a link to /bin/bash replaces /bin/sh for every script',
      ],
      ['ln -s bash /bin/sh', 'DL4005 “ln -s bash /bin/sh”: a link to bash replaces /bin/sh for every script'],
    ],
    passes: ['ln -s /bin/sh /opt/sh', 'ln -s a b'],
  },
  pipefail: {
    finds: [
      ['a | b', 'DL4006 “a | b”: a failure before the last command of this pipe goes unnoticed'],
      ['(a | b)', 'DL4006 “a | b”: a failure before the last command of this pipe goes unnoticed'],
      ['x=$(a | b)', 'DL4006 “a | b”: a failure before the last command of this pipe goes unnoticed'],
      [
        'FROM a\nSHELL ["/bin/bash", "-c"]\nRUN a | b',
        'DL4006 “a | b”: a failure before the last command of this pipe goes unnoticed',
      ],
    ],
    passes: [
      'a || b',
      'FROM a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN a | b',
      'FROM a\nSHELL ["/bin/ash", "-eo", "pipefail", "-c"]\nRUN a | b',
      'set -o pipefail; a | b',
      "bash -o pipefail -c 'a | b'",
      "echo 'a | b'",
    ],
  },
  'workdir-instead-of-cd': {
    finds: [
      ['cd /a && make', 'DL3003 “cd /a”: cd /a holds for this RUN only'],
      ['cd /a && cd /b', 'DL3003 “cd /a”: cd /a holds for this RUN only'],
      ['(cd a; b)', 'DL3003 “cd a”: cd a holds for this RUN only'],
    ],
    passes: ['make -C /a', 'f() { cd a; }; f'],
  },
  'joined-runs': {
    finds: [
      [
        'FROM a\nRUN b\nRUN c\nRUN d',
        'DL3059 “RUN c”: this RUN and the one before it hold one command each, in two layers',
        'DL3059 “RUN d”: this RUN and the one before it hold one command each, in two layers',
      ],
    ],
    passes: [
      'FROM a\nRUN b && c\nRUN d',
      'FROM a\nRUN b\nCOPY c d\nRUN e',
      'FROM a\nRUN b\nFROM c\nRUN d',
      'FROM a\nRUN --mount=type=cache,target=/x b\nRUN c',
    ],
  },
  'no-writes-to-volumes': {
    finds: [
      [
        'FROM a\nVOLUME /data\nRUN mkdir /data/x',
        '“mkdir /data/x”: whether what is written to /data/x stays depends on the builder: VOLUME stands before',
      ],
      [
        'FROM a\nVOLUME /data\nRUN echo b > /data/x',
        '“echo b”: whether what is written to /data/x stays depends on the builder: VOLUME stands before',
      ],
      [
        'FROM a\nVOLUME /data\nRUN chown b /data',
        '“chown b /data”: whether what is written to /data stays depends on the builder: VOLUME stands before',
      ],
    ],
    passes: [
      'FROM a\nRUN mkdir /data\nVOLUME /data',
      'FROM a\nVOLUME /data\nRUN mkdir /database',
      'FROM a\nVOLUME /data\nRUN cp /data/a /b',
    ],
  },
  'quoted-expansions': {
    finds: [
      ['echo $a', 'SC2086 “$a”: $a is split at blanks and globbed'],
      ['rm $(cat b)', 'SC2046 “$(cat b)”: the output of a command is split at blanks and globbed'],
      ['f $@', 'SC2068 “$@”: $@ is split at blanks and globbed'],
      ['a > $b', 'SC2086 “$b”: $b is split at blanks and globbed'],
      ['[ -f ${x} ]', 'SC2086 “${x}”: ${x} is split at blanks and globbed'],
      ["x='a b'; echo $x", 'SC2086 “$x”: $x is split at blanks and globbed'],
      ['for f in *.c; do a $f; done', 'SC2086 “$f”: $f is split at blanks and globbed'],
      ['export P=$a', 'SC2086 “$a”: $a is split at blanks and globbed'],
      ["sh -c 'a $b'", 'SC2086 “$b”: $b is split at blanks and globbed'],
      ['read -r x; a $x', 'SC2086 “$x”: $x is split at blanks and globbed'],
    ],
    passes: [
      'echo "$a"',
      'x=$a',
      'x=1; echo $x',
      'for i in $a; do b; done',
      'case $a in b) c;; esac',
      'echo $? $# $$ ${#x}',
      'FROM a\nENV V=1\nARG W\nRUN echo $V $W',
      'a ${x:+"$x"}',
      'cat <<E\n$a\nE',
      'i=$((1+1)); echo $i',
      '$a b',
      'FROM a\nSHELL ["/bin/bash", "-c"]\nRUN export P=$a',
    ],
  },
  'single-quoted-expansions': {
    finds: [
      ["echo '$HOME'", "SC2016 “'$HOME'”: $HOME is not expanded in single quotes"],
      ["echo 'a `b`'", "SC2016 “'a `b`'”: `b` is not expanded in single quotes"],
      ["sed -i 's/$x/y/' f", "SC2016 “'s/$x/y/'”: $x is not expanded in single quotes"],
    ],
    passes: [
      'echo "$HOME"',
      "awk '{print $1}'",
      "sed 's/a$/b/'",
      "sh -c 'echo $x'",
      "sed '$d' f",
      "PS1='$a'",
      "echo 'a$'",
      "jq '.[$a]'",
      "perl -e 'print $x'",
    ],
  },
  'guarded-globs': {
    finds: [
      ['rm *', 'SC2035 “*”: a file whose name begins with a dash would be an option here'],
      ['cp *.c /x', 'SC2035 “*.c”: a file whose name begins with a dash would be an option here'],
      ['find . -name *.c', 'SC2035 SC2061 “*.c”: the shell expands this glob, not find'],
      [
        'tr [a-z] [A-Z]',
        'SC2060 “[a-z]”: the shell expands this class, not tr',
        'SC2060 “[A-Z]”: the shell expands this class, not tr',
      ],
      [
        'pip install uvicorn[standard]',
        'SC2102 “uvicorn[standard]”: [standard] is a class of single characters, some of them twice',
      ],
      ['grep *foo* x', 'SC2035 SC2062 “*foo*”: the shell expands this pattern, not grep'],
    ],
    passes: ['rm ./*', 'rm -- *', 'echo *', 'cp a*.c /x', "find . -name '*.c'", 'ls [ab]*', 'for i in *; do a; done'],
  },
  'guarded-rm': {
    finds: [
      ['rm -rf "$x/"', 'SC2115 “"$x/"”: if $x is empty this removes /'],
      ['rm -rf $x/*', 'SC2115 “$x/*”: if $x is empty this removes /*'],
      ['rm -r /usr', 'SC2114 “/usr”: rm -r removes /usr'],
      ['rm -rf ${x}/lib', 'SC2115 “${x}/lib”: if $x is empty this removes /lib'],
    ],
    passes: [
      'rm -rf "${x:?}/"',
      'rm -rf $x/cache',
      'rm -rf /usr/share/doc',
      'rm $x/',
      'FROM a\nENV x=/y\nRUN rm -rf $x/*',
      'rm -rf /var/lib/apt/lists/*',
      'rm -rf "$x"',
    ],
  },
  'checked-cd': {
    finds: [
      ['cd a; b', 'SC2164 “cd a”: if cd fails, the RUN goes on where it was'],
      [
        'cd a; b; cd ..',
        'SC2164 “cd a”: if cd fails, the RUN goes on where it was',
        'SC2103 “cd ..”: if the cd before failed, this one goes up from where it was',
      ],
      ['a && cd b', 'SC2164 “cd b”: if cd fails, the RUN goes on where it was'],
    ],
    passes: [
      'cd a && b',
      'set -e; cd a; b',
      'cd a || exit 1',
      'if cd a; then b; fi',
      'FROM a\nSHELL ["/bin/bash", "-ec"]\nRUN cd a; b',
    ],
  },
  'masked-status': {
    finds: [
      ['export A="$(b)" && c', 'SC2155 “A="$(b)"”: if the command fails, A is empty and the RUN goes on'],
      ['local a=$(b)', 'SC2155 “a=$(b)”: if the command fails, a is empty and the RUN goes on'],
    ],
    passes: ['A="$(b)" && export A', 'export A=b'],
  },
  'and-or-is-no-if': {
    finds: [
      ['a && b || c', 'SC2015 “||”: what follows || also runs if what follows && fails'],
      ['a && b && c || d', 'SC2015 “||”: what follows || also runs if what follows && fails'],
    ],
    passes: [
      'a && b || true',
      'a && b || exit 1',
      'a || b',
      'if a && b || c; then d; fi',
      'a || b && c',
      'a && b || c && d',
    ],
  },
  'known-variables': {
    finds: [
      ['echo $undefined', 'SC2154 “$undefined”: nothing sets undefined'],
      ['x=1', 'SC2034 “x”: x is set and not read, and gone after this RUN'],
      ['read -r a', 'SC2034 “a”: a is set and not read, and gone after this RUN'],
    ],
    passes: [
      'x=1; echo "$x"',
      'echo $HOME',
      'FROM a\nARG x\nRUN echo $x',
      'for i in a; do b; done',
      'x=1 a',
      'export x=1',
      'echo ${x:-1}',
      'eval a; echo $x',
      'x=1; export x',
      'IFS=,',
      'echo $((x=1)) $x',
    ],
  },
  'meant-redirections': {
    finds: [
      ['a > b > c', 'SC2261 “> c”: this output was redirected already, and the last one wins'],
      ['a 2>&1 > b', 'SC2069 “> b”: errors do not go to this file: 2>&1 stands before it'],
      ['a > 1', 'SC2210 “> 1”: this writes a file named 1'],
      ['sudo a > /etc/b', 'SC2024 “sudo a”: the shell opens this file, not sudo'],
    ],
    passes: ['a > b 2>&1', 'a 2>&1 | b', 'a >> b', "sudo sh -c 'a > b'", 'a > b 2> c'],
  },
  'spaced-assignments': {
    finds: [
      ['x = 1', 'SC2283 “x = 1”: this runs a program called x'],
      ['x= a', 'SC1007 “a”: this runs a with an empty x'],
    ],
    passes: ['x=1', 'x= ', 'test x = 1', 'IFS= read -r a', "x='' a"],
  },
  'kept-path': {
    finds: [
      ['PATH=/a', 'SC2123 “PATH”: after this no other program is found'],
      ['a "~/b"', 'SC2088 “"~/b"”: ~ is not expanded in quotes'],
    ],
    passes: ['PATH=/a:$PATH', 'PATH=/a:/b', 'a ~/b', 'PATH=/a b'],
  },
  'portable-echo': {
    finds: [
      ["echo 'a\\nb'", "SC2028 “echo 'a\\nb'”: whether echo expands the backslash in “a\\nb” differs between shells"],
      ['echo -e a', 'SC3037 “echo -e a”: what echo -e does differs between shells'],
      ['echo -n a', 'SC3037 “echo -n a”: what echo -n does differs between shells'],
    ],
    passes: ["printf 'a\\n'", 'echo a', 'FROM a\nSHELL ["/bin/bash", "-c"]\nRUN echo -e \'a\\n\'', '/bin/echo -e a'],
  },
  'careful-reading': {
    finds: [
      ['while read a; do b; done', 'SC2162 “read a”: read takes backslashes away'],
      ['printf "$a"', 'SC2059 “printf "$a"”: a % in this format’s variable is an instruction'],
      ['printf "a$b\\n" c', 'SC2059 “printf "a$b\\n" c”: a % in this format’s variable is an instruction'],
    ],
    passes: ['while read -r a; do b; done', 'printf \'%s\' "$a"', 'printf -- a'],
  },
  'mkdir-mode': {
    finds: [
      [
        'mkdir -p -m 700 a/b',
        'SC2174 “mkdir -p -m 700 a/b”: the mode holds for a/b only, not for the folders above it',
      ],
      ['mkdir -pm 700 a/b', 'SC2174 “mkdir -pm 700 a/b”: the mode holds for a/b only, not for the folders above it'],
    ],
    passes: ['mkdir -p -m 700 a', 'mkdir -m 700 a/b', 'mkdir -p a/b'],
  },
  'no-parsed-ls': {
    finds: [
      ['ls | grep a', 'SC2010 “ls”: grep reads lines, and names may have several'],
      ['ls -l | wc -l', 'SC2012 “ls -l”: ls is made for people'],
      ['for i in $(ls); do a; done', 'SC2045 “$(ls)”: this loop goes over words, not over files'],
      ['for i in $(find .); do a; done', 'SC2044 “$(find .)”: this loop goes over words, not over files'],
      ['find . | xargs rm', 'SC2038 “find .”: names with blanks become several arguments'],
      ['grep a b | wc -l', 'SC2126 “grep a b”: grep counts by itself'],
    ],
    passes: [
      'ls',
      'find . -print0 | xargs -0 rm',
      'for i in *; do a; done',
      'grep -c a b',
      'ls | head',
      'find . -exec a {} +',
    ],
  },
  'plain-substitutions': {
    finds: [
      ['a `b`', 'SC2006 “`b`”: backticks nest badly'],
      ['echo $(uname -r)', 'SC2005 “echo $(uname -r)”: echo of a command’s output does nothing'],
      ['a $(echo b)', 'SC2116 “$(echo b)”: echo in a substitution does nothing'],
      [
        'echo `a \\`b\\``',
        'SC2006 “`a \\`b\\``”: backticks nest badly',
        'SC2006 “`b\\`”: backticks nest badly',
        'SC2005 “echo `a \\`b\\``”: echo of a command’s output does nothing',
      ],
    ],
    passes: ['a $(b)', 'echo "a $(b)"', 'a $(echo -n b)', 'echo $(a) b'],
  },
  'grouped-appends': {
    finds: [['a >> f; b >> f; c >> f', 'SC2129 “a >> f; b >> f; c >> f”: several commands in a row append to f']],
    passes: ['a >> f; b >> f', 'a >> f && b >> f && c >> f', '{ a; b; c; } >> f'],
  },
};
