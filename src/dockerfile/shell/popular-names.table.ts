/**
 * Names that many Dockerfiles install, by ecosystem, and names near to these that are packages of good standing themselves:
 * a name of this list is never held to be a mistyped other one. Written from general knowledge of the registries.
 */
export const popularNames: Readonly<Record<string, readonly string[]>> = {
  pypi: split(`
    aiohttp aiofiles alembic altair anyio apache-airflow appdirs argcomplete arrow asgiref asyncpg attrs authlib awscli
    azure-core azure-identity babel bandit bcrypt beautifulsoup4 beautifulsoup billiard black bleach blinker bokeh boto boto3
    botocore bottle cachetools celery certifi cffi chardet charset-normalizer click cloudpickle colorama colorlog configparser
    coverage cryptography cython dask databricks-cli datasets decorator deepdiff diffusers distlib django django-cors-headers
    django-environ djangorestframework dnspython docker docker-compose docopt docutils elasticsearch fabric faker fastapi
    filelock flake8 flask flask-cors flask-login flask-sqlalchemy fsspec future gensim gevent gitpython google-api-core
    google-auth google-cloud-storage googleapis-common-protos gradio graphene greenlet grpcio grpcio-tools gunicorn h11
    hatchling html5lib httpcore httplib2 httptools httpx huggingface-hub hypercorn hypothesis idna importlib-metadata
    importlib-resources invoke ipykernel ipython isodate isort itsdangerous jedi jinja2 jmespath joblib jsonschema jupyter
    jupyterlab keras kombu kubernetes langchain lightgbm loguru lxml mako markdown markupsafe marshmallow matplotlib mistune
    mkdocs mkdocs-material mlflow mock more-itertools msgpack msgpack-python multidict mypy mysqlclient natsort nbconvert networkx nltk nose
    notebook numba numexpr numpy oauthlib onnx onnxruntime openai opencv-python opencv-python-headless openpyxl orjson
    packaging pandas paramiko passlib pathspec pathlib pathlib2 peewee pendulum pika pillow pip pipenv pip-tools platformdirs playwright plotly
    pluggy ply poetry poetry-core polars portalocker pre-commit prometheus-client prompt-toolkit protobuf psutil psycopg psycopg2
    psycopg2-binary pyaml pyarrow pyasn1 pycparser pycrypto pycryptodome pycryptodomex pycurl pydantic pydantic-core pyflakes pygments pygit2 pyjwt
    pylint pymongo pymysql pynacl pyodbc pyopenssl pyparsing pyproj pyserial pyside2 pyside6 pyspark pytest pytest-asyncio
    pytest-cov pytest-mock pytest-xdist python-dateutil python-dotenv python-jose python-json-logger python-multipart
    python-slugify pytorch-lightning pytz pywin32 pyyaml pyzmq redis regex requests requests-oauthlib requests-toolbelt rich
    rq rsa ruamel-yaml ruff s3cmd s3fs s3transfer sanic scikit-image scikit-learn scipy scrapy seaborn selenium sentry-sdk
    setuptools setuptools-scm shapely simplejson six slack-sdk smart-open sniffio snowflake-connector-python spacy sphinx
    sqlalchemy sqlparse starlette statsmodels streamlit structlog supervisor sympy tabulate tenacity tensorboard tensorflow
    tensorflow-cpu tensorflow-gpu termcolor tokenizers toml tomli toolz torch torchaudio torchvision tornado tox tqdm
    transformers twine twisted typer typing-extensions tzdata tzlocal ujson urllib3 uvicorn uvloop uwsgi virtualenv virtualenvwrapper voluptuous
    waitress watchdog watchfiles wcwidth webencodings websocket-client websockets werkzeug wheel whitenoise wrapt xgboost
    xlrd xlsxwriter xmltodict yamllint yapf yarl yt-dlp youtube-dl zipp zope-interface ansible ansible-core ansible-lint
    certbot conan meson ninja cmake pyinstaller nuitka uv hatch flit pdm pipx mercurial httpie glances thefuck tldr`),
  npm: split(`
    @angular/cli @angular/core @babel/cli @babel/core @nestjs/cli @nestjs/core @types/node @vue/cli ajv angular antd
    apollo-server async autoprefixer aws-cdk aws-sdk axios babel-cli babel-core babel-loader bcrypt bcryptjs bluebird
    body-parser bootstrap bower browserify bull bunyan c8 chai chalk cheerio chokidar classnames cli-table clsx coffee-script
    colors color commander compression concurrently connect convict cookie cookie-parser cordova core-js cors cross-env cross-fetch
    cross-spawn crypto-js cspell css-loader csv-parse cypress d3 date-fns dayjs debug del dotenv ejs electron ember-cli
    esbuild eslint eslint-config-prettier eslint-plugin-import eslint-plugin-react event-stream execa express express-session
    fastify file-loader firebase firebase-tools forever formidable fs-extra gatsby gatsby-cli glob got graphql grunt
    grunt-cli gulp gulp-cli handlebars hapi helmet highlight.js history hoek html-webpack-plugin http-proxy http-server
    husky immer immutable inquirer ioredis ionic isarray jade jasmine jest joi jquery js-yaml jsdom jsonwebtoken json-server
    karma knex koa koa-router lerna less less-middleware lint-staged live-server lodash lodash.get lodash.merge log4js lru-cache
    markdown-it marked md5 memfs mime minimatch minimist mkdirp mocha moment moment-timezone mongodb mongoose morgan ms
    multer mustache mysql mysql2 nan nanoid needle nest netlify-cli newman next next-auth ng-cli node-fetch node-gyp node-sass nodemailer
    nodemon npm npm-check npm-check-updates npm-run-all nuxt nyc nx octokit open ora p-limit parcel passport passport-local path-to-regexp pg pino
    pkg playwright pm2 pnpm polished postcss postcss-cli postcss-loader preact prettier prisma prom-client prompts
    prop-types protractor pug puppeteer puppeteer-core qs query-string ramda raw-loader rc react react-dom react-native react-redux
    react-router react-router-dom react-scripts readable-stream redis redux redux-saga redux-thunk request require-dir
    requirejs resolve restify rimraf rollup rxjs safe-buffer sass sass-loader sails semantic-release semver sequelize
    sequelize-cli serialize-javascript serve serverless sharp shelljs shx sinon socket.io socket.io-client source-map
    source-map-support sqlite3 storybook string-width strip-ansi styled-components stylelint stylus superagent supertest
    svelte svgo swagger-ui-express tailwindcss tap tape terser terser-webpack-plugin through2 tmp ts-jest ts-loader
    ts-node tslib tslint turbo typeorm typescript uglify-js underscore undici url-loader uuid validator vercel vite vitest vue
    vue-router vuepress vuex webpack webpack-cli webpack-dev-server winston wrangler ws xlsx xml2js yaml yargs yarn yo zod
    tsx bun svgo surge now imagemin imagemin-cli bitwarden-cli @bitwarden/cli`),
  gem: split(`
    activerecord activesupport actionpack addressable asciidoctor aws-sdk aws-sdk-s3 bcrypt berkshelf bootsnap builder
    bundler byebug capistrano capybara chef chef-dk coffee-rails compass concurrent-ruby cocoapods cucumber devise dotenv
    erubi excon factory_bot faker faraday fastlane ffi fluentd foreman fpm guard haml html-proofer httparty i18n jbuilder
    jekyll jquery-rails json jwt kramdown listen liquid mail mailcatcher mechanize middleman minitest mocha mongoid msgpack mysql2 net-ssh
    newrelic_rpm nokogiri octokit omniauth pg pry pry-byebug puma puppet puppet-lint pundit rack rack-test rails rake
    rdoc redis rest-client rouge rspec rspec-core rspec-rails rubocop rubocop-rails ruby-saml sass sass-rails sassc
    selenium-webdriver sequel serverspec sidekiq simplecov sinatra slim solargraph spring sprockets sqlite3 tiller tzinfo
    thin thor travis turbolinks uglifier unicorn vagrant vcr webmock webrick whenever yard zeitwerk`),
  cargo: split(`
    actix-web anyhow axum bat bindgen bottom cargo-audit cargo-chef cargo-deny cargo-edit cargo-generate cargo-make
    cargo-nextest cargo-outdated cargo-tarpaulin cargo-udeps cargo-watch cbindgen chrono clap cross diesel diesel_cli dust
    exa eza fd-find git-cliff grcov hyper hyperfine just lazy_static mdbook nu procs rand rayon regex ripgrep rocket rustfmt
    sccache sd sea-orm-cli serde serde_json sqlx-cli starship tokei tokio tracing trunk typos-cli wasm-bindgen-cli wasm-pack
    xsv zellij zoxide`),
};

function split(names: string): readonly string[] {
  return names.split(/\s+/).filter((name) => name !== '');
}
